"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const canvas = document.getElementById("stage"), slider = document.getElementById("time");
  const play = document.getElementById("play"), outlines = document.getElementById("outlines"), ends = document.getElementById("ends");
  const last = data.names.length - 1, sheet = data.pieces.length === 1;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const FLIGHT = sheet ? 1 : 0.62, LEG_MS = sheet ? 2200 : 4200, REST_MS = 900, CM = 0.01;
  const wide = Math.max(...data.regions.map(r => r[0])), high = Math.max(...data.regions.map(r => r[1]));
  const rim = (sheet ? 0.09 : 0.12) * Math.max(wide, high), mat = [wide + 2 * rim, high + 2 * rim];   // mm; fit() widens it to the page
  let t = 0, scale = 1, art, sprites = [], shadows = [], lines = [], background, playing = 0, towards = 1, pause = 0, asked = false;

  // -- one piece at one moment --------------------------------------------------------------------------------------------
  const noise = i => { const x = Math.sin(i * 127.1 + 311.7) * 43758.5453; return x - Math.floor(x); };
  const ease = u => u < 0.5 ? 4 * u * u * u : 1 - Math.pow(2 - 2 * u, 3) / 2;
  const clamp = (x, a, b) => Math.min(b, Math.max(a, x));

  function pose(i, time) {
    const leg = Math.min(Math.floor(time), Math.max(0, last - 1)), from = data.pieces[i][4][leg], to = data.pieces[i][4][Math.min(leg + 1, last)];
    const order = (from[0] * CM / wide + from[1] * CM / high) / 2 + 0.5;          // a wave from the top left
    const start = (1 - FLIGHT) * clamp(0.8 * order + 0.2 * noise(i), 0, 1);
    const u = ease(clamp((time - leg - start) / FLIGHT, 0, 1)), up = Math.sin(Math.PI * u);
    const dx = (to[0] - from[0]) * CM, dy = (to[1] - from[1]) * CM, bow = sheet ? 0 : 0.16 * (noise(i + 7) < 0.5 ? 1 : -1) * up;
    let turn = ((to[2] - from[2] + 540) % 360) - 180;
    if (turn === -180 && noise(i + 3) < 0.5) turn = 180;
    // a sheet that is mirrored tips over its horizontal axis instead of turning: flat shrinks to 0 and grows again
    const tips = from[3] !== to[3], near = u < 0.5 ? from : to;
    const apart = sheet ? [1, 1] : [wide, high].map((v, k) => 1 + 0.8 * up * Math.min(mat[k] / v - 1, 0.6));
    return {
      i, up,
      x: (from[0] * CM + dx * u - dy * bow) * apart[0], y: (from[1] * CM + dy * u + dx * bow) * apart[1],
      angle: (tips ? near[2] : from[2] + turn * u) * Math.PI / 180, hand: near[3], flat: tips ? Math.abs(Math.cos(Math.PI * u)) : 1,
      grow: 1 + 0.1 * up,
      mix: u, leg,
    };
  }

  // -- sprites: every piece is cut out of the picture once -----------------------------------------------------------------
  function sheetOf(w, h) { const c = document.createElement("canvas"); c.width = Math.max(1, Math.ceil(w)); c.height = Math.max(1, Math.ceil(h)); return c; }

  function outline(shape) {
    const path = new Path2D(), s = data.shapes[shape];
    for (let k = 0; k < s.length; k += 2) path[k ? "lineTo" : "moveTo"](s[k] * CM, s[k + 1] * CM);
    path.closePath();
    return path;
  }

  function extent(shape) {
    const s = data.shapes[shape]; let r = [1e9, 1e9, -1e9, -1e9];
    for (let k = 0; k < s.length; k += 2) r = [Math.min(r[0], s[k]), Math.min(r[1], s[k + 1]), Math.max(r[2], s[k]), Math.max(r[3], s[k + 1])];
    return r.map(v => v * CM);
  }

  function sprite(box, pad, paint) {
    const c = sheetOf((box[2] - box[0] + 2 * pad) * scale, (box[3] - box[1] + 2 * pad) * scale), g = c.getContext("2d");
    g.setTransform(scale, 0, 0, scale, (pad - box[0]) * scale, (pad - box[1]) * scale);
    paint(g);
    return { c, x: box[0] - pad, y: box[1] - pad, w: c.width / scale, h: c.height / scale };
  }

  function cutOut() {
    const paths = data.shapes.map((_, k) => outline(k)), boxes = data.shapes.map((_, k) => extent(k)), px = 1 / scale;
    const colour = getComputedStyle(document.documentElement).getPropertyValue("--cut");
    shadows = paths.map((p, k) => sprite(boxes[k], 8 * px, g => {
      const far = 4 * canvas.width;                                              // only the shadow falls into the sprite
      g.shadowColor = "rgba(0,0,0,.55)"; g.shadowBlur = 6; g.shadowOffsetX = far;
      g.translate(-far * px, 0); g.fill(p);
    }));
    lines = paths.map((p, k) => sprite(boxes[k], 2 * px, g => { g.strokeStyle = colour; g.lineWidth = Math.max(1.2 * px, 0.25); g.lineJoin = "round"; g.stroke(p); }));
    sprites = data.pieces.map(([shape, mx, my]) => sprite(boxes[shape], px, g => {
      const p = paths[shape];
      g.save(); g.clip(p);
      g.drawImage(art, -mx * CM, -my * CM, data.size[0], data.size[1]);
      g.restore();
      if (!sheet) { g.globalCompositeOperation = "source-atop"; g.strokeStyle = "rgba(0,0,0,.32)"; g.lineWidth = 1.5 * px; g.stroke(p); }
    }));
    if (data.views.includes("negate")) negative = sprite(boxes[0], px, g => {
      g.drawImage(art, -data.size[0] / 2, -data.size[1] / 2, data.size[0], data.size[1]);
      g.globalCompositeOperation = "difference"; g.fillStyle = "#fff"; g.fill(paths[0]);
    });
  }
  let negative = null;

  // -- the mat -------------------------------------------------------------------------------------------------------------
  function layMat() {
    background = sheetOf(canvas.width, canvas.height);
    const g = background.getContext("2d"), css = getComputedStyle(document.documentElement), px = 1 / scale;
    g.fillStyle = css.getPropertyValue("--mat"); g.fillRect(0, 0, background.width, background.height);
    const white = css.getPropertyValue("--mat-line");
    g.setTransform(scale, 0, 0, scale, (mat[0] - wide) / 2 * scale, (mat[1] - high) / 2 * scale);
    const step = Math.max(wide, high) > 500 ? 50 : 10, bold = step * 5;
    g.lineWidth = px * devicePixelRatio;
    const [left, top] = [(wide - mat[0]) / 2, (high - mat[1]) / 2];
    const rule = (v, draw) => { g.strokeStyle = `rgba(${white},${v % bold ? 0.07 : 0.17})`; g.beginPath(); draw(); g.stroke(); };
    for (let v = Math.ceil(left / step) * step; v < left + mat[0]; v += step) rule(v, () => { g.moveTo(v, top); g.lineTo(v, top + mat[1]); });
    for (let v = Math.ceil(top / step) * step; v < top + mat[1]; v += step) rule(v, () => { g.moveTo(left, v); g.lineTo(left + mat[0], v); });
    g.fillStyle = `rgba(${white},.5)`; g.font = `${10 * devicePixelRatio * px}px system-ui, sans-serif`; g.textBaseline = "middle"; g.textAlign = "center";
    for (let v = 0; v <= wide; v += bold) g.fillText(v, v, -rim * 0.55);
    for (let v = bold; v <= high; v += bold) g.fillText(v, -rim * 0.55, v);
  }

  // -- drawing -------------------------------------------------------------------------------------------------------------
  function inside(p) {                                                           // a turning sheet shrinks as far as the mat asks
    const c = Math.abs(Math.cos(p.angle)), n = Math.abs(Math.sin(p.angle)), [w, h] = data.size;
    return Math.min(1, 0.95 * mat[0] / (w * c + h * n), 0.95 * mat[1] / (w * n + h * c)) * (1 - 0.06 * p.up);
  }

  function put(g, s, p, dx, dy) {
    const x = (p.x + mat[0] / 2 + dx) * scale, y = (p.y + mat[1] / 2 + dy) * scale, size = p.grow * scale, c = Math.cos(p.angle), n = Math.sin(p.angle);
    g.setTransform(c * size, n * p.flat * size, -n * p.hand * size, c * p.hand * p.flat * size, x, y);
    g.drawImage(s.c, s.x, s.y, s.w, s.h);
  }

  function draw() {
    asked = false;
    const g = canvas.getContext("2d");
    g.setTransform(1, 0, 0, 1, 0, 0); g.globalAlpha = 1;
    g.drawImage(background, 0, 0);
    const poses = data.pieces.map((_, i) => pose(i, t)).sort((a, b) => a.up - b.up || a.i - b.i);
    const lift = Math.min(wide, high) * 0.012;
    for (const p of poses) {
      if (sheet) p.grow = inside(p);
      const shape = data.pieces[p.i][0];
      if (p.up > 0.02 || poses.length < 150) {                                   // of many, only those in the air cast shadows
        g.globalAlpha = 0.35 + 0.4 * p.up;
        put(g, shadows[shape], p, lift * (0.12 + p.up), lift * (0.2 + 1.6 * p.up));
        g.globalAlpha = 1;
      }
      put(g, sprites[p.i], p, 0, 0);
      if (negative) {
        const at = k => data.views[k] === "negate" ? 1 : 0;
        g.globalAlpha = at(p.leg) + (at(Math.min(p.leg + 1, last)) - at(p.leg)) * p.mix;
        if (g.globalAlpha > 0) put(g, negative, p, 0, 0);
        g.globalAlpha = 1;
      }
      if (outlines.checked) put(g, lines[shape], p, 0, 0);
    }
  }

  function ask() { if (!asked && background) { asked = true; requestAnimationFrame(draw); } }

  function set(value) {
    t = clamp(value, 0, last);
    slider.value = t;
    const near = Math.round(t), on = Math.abs(t - near) < 0.02;
    slider.setAttribute("aria-valuetext", on ? data.names[near] : `${Math.round(100 * (t % 1))} % from ${data.names[Math.floor(t)]} to ${data.names[Math.ceil(t)]}`);
    [...ends.children].forEach((b, k) => b.classList.toggle("here", on && k === near));
    ask();
  }

  function fit() {
    const room = canvas.parentElement.clientWidth, least = [wide + 2 * rim, high + 2 * rim];
    const tall = Math.round(Math.min(Math.max(260, innerHeight * 0.76), room * least[1] / least[0]));
    const dpr = Math.min(devicePixelRatio || 1, 2);
    canvas.style.height = tall + "px";
    canvas.width = Math.round(room * dpr); canvas.height = Math.round(tall * dpr);
    scale = Math.min(canvas.width / least[0], canvas.height / least[1]);
    mat[0] = canvas.width / scale; mat[1] = canvas.height / scale;
    cutOut(); layMat(); draw();                                                   // at once: a resized canvas is empty
  }

  // -- hands ---------------------------------------------------------------------------------------------------------------
  function stop() { playing = 0; play.setAttribute("aria-pressed", "false"); play.lastElementChild.textContent = "Play"; }

  function start() {
    if (!last) return;
    if (still.matches) { set(Math.round(t) >= last ? 0 : Math.round(t) + 1); return; }
    play.setAttribute("aria-pressed", "true"); play.lastElementChild.textContent = "Pause";
    if (t >= last) towards = -1; else if (t <= 0) towards = 1;
    pause = 0;
    const me = playing = Math.random() + 1; let before = null;
    requestAnimationFrame(function step(now) {
      if (playing !== me) return;
      const passed = before === null ? 0 : clamp(now - before, 0, 60); before = now;
      if (pause > 0) pause -= passed;
      else {
        const next = clamp(t + towards * passed / LEG_MS, 0, last), stopAt = towards > 0 ? Math.floor(t) + 1 : Math.ceil(t) - 1;
        const passing = towards > 0 ? next >= stopAt : next <= stopAt;
        set(passing ? stopAt : next);
        if (passing) { pause = REST_MS; if (t >= last) towards = -1; if (t <= 0) towards = 1; }
      }
      requestAnimationFrame(step);
    });
  }

  play.onclick = () => playing ? stop() : start();
  slider.oninput = () => { stop(); set(+slider.value); };
  outlines.onchange = ask;
  slider.onkeydown = e => {
    const step = { ArrowRight: 0.02, ArrowUp: 0.02, ArrowLeft: -0.02, ArrowDown: -0.02, PageUp: 0.25, PageDown: -0.25 }[e.key];
    if (step) { e.preventDefault(); stop(); set(t + step); }
  };
  document.onkeydown = e => { if (e.key === " " && !/^(INPUT|BUTTON)$/.test(e.target.tagName)) { e.preventDefault(); play.click(); } };
  let held = null;
  canvas.onpointerdown = e => { stop(); held = [e.clientX, t]; canvas.setPointerCapture(e.pointerId); };
  canvas.onpointermove = e => { if (held) set(held[1] + (e.clientX - held[0]) / canvas.clientWidth * 1.2); };
  canvas.onpointerup = canvas.onpointercancel = () => { held = null; };
  data.names.forEach((name, k) => {
    const b = document.createElement("button");
    b.type = "button"; b.textContent = name; b.onclick = () => { stop(); set(k); };
    ends.append(b);
  });
  slider.max = Math.max(last, 0.001);
  const asks = () => { const m = /(?:^#|&)t=([\d.]+)/.exec(location.hash); return m ? +m[1] : null; };
  addEventListener("hashchange", () => { if (asks() !== null) set(asks()); });
  let wait = 0;
  addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(fit, 120); });
  matchMedia("(prefers-color-scheme: dark)").onchange = fit;

  art = new Image();
  art.onload = () => { outlines.checked = /outlines/.test(location.hash); set(asks() || 0); fit(); document.documentElement.dataset.ready = "1"; };
  art.src = data.art;
})();
