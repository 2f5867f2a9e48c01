"""Three assemblies at once: a board that closes, is its own quarter turn, and closes again when rings of twelve pieces move on by one.

Let s move every piece on in its ring and p move profiles on in theirs, so that the sides of piece s(i) are p(sides of i). A board closes still when all its profiles
are moved on, so where assembly 1 closes, so does the one in which each piece lies where the one before it in its ring lay:

    T_1 = T_0 s^-1,   T_2 = T_0 s^-2,   T_3 = T_0 s^-3 = T_0 turned by a quarter,

and a third step is asked to be no more than the quarter turn of the whole board. So three assemblies are different, and a quarter of the places of T_0 decides
everything. Rings have twelve pieces (three in each quarter), or four, which s only turns about the middle of the board.

What is searched is a colour (a profile, signed: tab or blank) of each side of one piece a ring, and where in the quarter the pieces lie, by turns: pieces of places
that do not touch are laid anew by one assignment, and sides take colours by a heat bath (Geman and Geman, Stochastic relaxation, IEEE Trans. PAMI 6 (1984) 721).
"""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from .cut import Cut
from .orbits import shown
from .solve import places

STEPS = 12          # of s until every piece is where it was,
QUARTER = 3         # and of these, until the board is turned by a quarter
PER = 3             # places of a quarter that one ring of twelve takes
HOT, COLD = 0.3, 0.2
THIN = 0.4          # share of the sides that may take another colour at once
EVEN = 1.0          # price of a ring of colours that is used twice as often as it should be
SETS = 40           # of places that do not touch each other
NEVER = 1e6
Rings = tuple[int, ...]  # lengths, each a divisor of STEPS, of the rings that profiles are moved on in


@dataclass(frozen=True)
class Colours:
    """Signed colours -n..n, 0 the border. after: int (STEPS, 2 n + 1), colour c - after k steps: after[k, c + n]; ring: of each |colour| from 1; n."""

    rings: Rings
    n: int
    after: np.ndarray = field(repr=False)
    ring: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, rings: Rings, n: int) -> Colours:
        """The first sum(rings) of n colours move on in rings, the others are not used."""
        step, first = np.arange(n + 1), 1
        for length in rings:
            step[first: first + length] = first + (np.arange(length) + 1) % length
            first += length
        both = np.concatenate([-step[:0:-1], step])
        after = [np.arange(-n, n + 1)]
        for _ in range(STEPS - 1):
            after.append(both[after[-1] + n])
        return cls(rings, n, np.array(after), np.repeat(np.arange(len(rings)), rings))


class Quarter:
    """A quarter of a square board with an even number of rows: N places, P = 4 ports each.

    place: int (N,), as the board numbers them. meets: int (N, P), the port 4 j + p of the quarter that each port meets, -1 on the border, and
    shift: by how many steps of s that neighbour is moved on. turned: int (4, n), where quarter turns lead each place of the board.
    """

    def __init__(self, cut: Cut):
        self.cut, form = cut, cut.open
        images = {k: to for to, k in places(form).images}
        self.turned = np.array([images[k] if k else np.arange(cut.count) for k in range(4)])
        self.place = np.unique(self.turned.min(0))
        number = np.full(cut.count, -1)
        number[self.place] = np.arange(len(self.place))
        of, quarters = number[self.turned.min(0)], np.argmax(self.turned[:, self.turned.min(0)] == np.arange(cut.count), 0)
        there, port = np.divmod(form.ports[self.place], 4)
        border = form.ports[self.place] < 0
        self.meets = np.where(border, -1, 4 * of[there] + (port - quarters[there]) % 4)
        self.shift = np.where(border, 0, QUARTER * quarters[there])
        self.classes = form.classes[self.place]


class Search:
    """A board as it is searched: `words` int (rings, 4), colours of the first piece of each ring; what lies in each place of the quarter.

    Units are the pieces of a quarter: ring int (N,), at: its place, moved: by how many steps it is on in its ring, turn: quarter turns.
    """

    def __init__(self, quarter: Quarter, inner: Rings, border: Rings, rng: np.random.Generator):
        """inner, border: rings of colours of joins within the board, and of those along its border."""
        self.quarter, self.rng = quarter, rng
        self.n = max(sum(inner), sum(border))
        self.colours = [Colours.of(r, self.n) for r in (inner, border)]
        self.signed = np.array([c for c in range(-self.n, self.n + 1) if c])
        self._rings()
        self._shapes()
        self.sets = [self._apart() for _ in range(SETS)]
        start = -self.barred + rng.gumbel(size=self.barred.shape)
        self.words = np.where(self.joined, self.signed[start.argmax(-1)], 0)

    def _rings(self) -> None:
        """Pieces of a class are dealt out to rings of twelve, those left over to rings of four."""
        classes, rows, self.size = self.quarter.classes, [], []
        for kind in np.unique(classes):
            at = self.rng.permutation(np.flatnonzero(classes == kind))
            whole = len(at) // PER * PER
            for i, j in enumerate(at.tolist()):
                if i >= whole or i % PER == 0:
                    self.size.append(STEPS if i < whole else STEPS // PER)
                rows.append((len(self.size) - 1, j, i % PER if i < whole else 0))
        self.ring, self.at, self.moved = np.array(rows).T
        self.size = np.array(self.size)

    def _shapes(self) -> None:
        """joined, bool (rings, 4): sides that are not on the border; group (rings, 4): 1 along it; barred (rings, 4, 2 n): colours that cannot be."""
        flat = self.quarter.meets < 0
        first = self.at[np.unique(self.ring, return_index=True)[1]]
        self.joined = ~flat[first]
        along = self.joined & (np.roll(flat[first], 1, 1) | np.roll(flat[first], -1, 1))
        self.group, self.turn = along.astype(int), np.zeros(len(self.ring), int)
        for u, j in enumerate(self.at):
            self.turn[u] = next(k for k in range(4) if (np.roll(~self.joined[self.ring[u]], k) == flat[j]).all())
        self.barred = np.zeros((*self.joined.shape, 2 * self.n))
        for g, c in enumerate(self.colours):
            unused = np.abs(self.signed) > sum(c.rings)
            back = np.array([c.after[s % STEPS, self.signed + self.n] != self.signed for s in self.size])
            self.barred += np.where((self.group == g)[..., None], NEVER * (unused | back[:, None]), 0.0)

    def _apart(self) -> np.ndarray:
        """Places of which no two touch, as many as can be, by chance."""
        near, out, gone = self.quarter.meets // 4, [], set()
        for j in self.rng.permutation(len(near)).tolist():
            if j not in gone:
                out.append(j)
                gone |= {j, *near[j].tolist()}
        return np.array(out)

    def _moved_on(self, colours: np.ndarray, group: np.ndarray, steps: np.ndarray) -> np.ndarray:
        return np.stack([c.after for c in self.colours])[group, steps % STEPS, colours + self.n]

    def shows(self) -> np.ndarray:
        """int (N, 4): the colour at each port of the quarter."""
        side = (np.arange(4) - self.turn[:, None]) % 4
        out = np.empty((len(self.ring), 4), int)
        out[self.at] = self._moved_on(self.words[self.ring[:, None], side], self.group[self.ring[:, None], side], self.moved[:, None])
        return out

    def _groups(self) -> np.ndarray:
        """int (N, 4): the group of colours at each port."""
        out = np.empty((len(self.ring), 4), int)
        out[self.at] = self.group[self.ring[:, None], (np.arange(4) - self.turn[:, None]) % 4]
        return out

    def wanted(self) -> np.ndarray:
        """int (N, 4): what each port should show for its neighbour's sake; 0 on the border."""
        meets = self.quarter.meets
        seen = -self._moved_on(self.shows().ravel()[meets], self._groups().ravel()[meets], self.quarter.shift)
        return np.where(meets < 0, 0, seen)

    def faults(self) -> int:
        """Ports of the quarter that do not meet what they should."""
        return int((self.shows() != self.wanted()).sum())

    def lay(self, heat: float) -> None:
        """The pieces in one set of places that do not touch change places, as suits them, with noise."""
        chosen, wanted = self.sets[self.rng.integers(SETS)], self.wanted()
        unit = np.empty(len(self.at), int)
        unit[self.at] = np.arange(len(self.at))
        for kind in np.unique(self.quarter.classes[chosen]):
            at = chosen[self.quarter.classes[chosen] == kind]
            ids = unit[at]
            cost = self._costs(ids, at, wanted) + heat * self.rng.gumbel(size=(len(ids), len(at), 16))
            i, j = linear_sum_assignment(cost.min(-1))
            on, turn = np.divmod(cost.argmin(-1)[i, j], 4)
            self.at[ids[i]], self.turn[ids[i]] = at[j], turn
            self.moved[ids[i]] = (self.moved[ids[i]] % QUARTER + QUARTER * on) % STEPS

    def _costs(self, ids: np.ndarray, at: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """float (units, places, 16): less one for each port that meets what it should, after 0 to 3 quarters of s and as many turns."""
        side = shown(4, 4)
        ring, on = self.ring[ids], (self.moved[ids] % QUARTER)[:, None] + QUARTER * np.arange(4)
        colours = self._moved_on(self.words[ring][:, None], self.group[ring][:, None], on[..., None])[..., side]          # (u, 4, 4, 4)
        group = np.broadcast_to(self.group[ring][:, None][..., side], colours.shape)
        met = colours[:, None] == wanted[at][:, None, None]
        for x, p in zip(*np.nonzero(self.quarter.meets[at] // 4 == at[:, None])):    # places in the middle meet their own turned images
            q = self.quarter.meets[at[x], p] % 4
            met[:, x, ..., p] = colours[..., p] == -self._moved_on(colours[..., q], group[..., q], self.quarter.shift[at[x], p])
        unfit = ((colours == 0)[:, None] != (self.quarter.meets[at] < 0)[:, None, None]).any(-1)
        return np.where(unfit, NEVER, -met.sum(-1)).reshape(len(ids), len(at), 16)

    def colour(self, heat: float) -> None:
        """Some sides, of which no two meet, take the colours that their neighbours want, with noise; rings of colours that are used often are dear."""
        port = 4 * self.at[:, None] + (np.arange(4) + self.turn[:, None]) % 4       # of each side of each unit
        node = 4 * self.ring[:, None] + np.arange(4)
        side = np.empty(self.quarter.meets.size, int)
        side[port.ravel()] = node.ravel()
        mate = np.where(self.quarter.meets.ravel()[port] < 0, -1, side[self.quarter.meets.ravel()[port]])
        wants = self._moved_on(self.wanted().ravel()[port], self.group[self.ring], -self.moved[:, None])
        votes = np.zeros((self.words.size, 2 * self.n))
        on = (wants != 0) & (mate != node)
        np.add.at(votes, (node[on], wants[on] + self.n - (wants[on] > 0)), (PER / np.bincount(self.ring))[self.ring].repeat(4).reshape(on.shape)[on])
        ids = self._chosen(node.ravel(), mate.ravel())
        score = (votes - self.barred.reshape(votes.shape) - self._dear().reshape(votes.shape))[ids] + heat * self.rng.gumbel(size=(len(ids), 2 * self.n))
        self.words.ravel()[ids] = self.signed[score.argmax(1)]

    def _chosen(self, node: np.ndarray, mate: np.ndarray) -> np.ndarray:
        """Sides, drawn by chance, none of which meets another one of them."""
        draw = np.where(self.joined.ravel() & (self.rng.random(self.words.size) < THIN), self.rng.random(self.words.size), -1.0)
        rival, on = np.full(self.words.size, -1.0), (mate >= 0) & (mate != node)
        np.maximum.at(rival, node[on], draw[mate[on]])
        return np.flatnonzero((draw >= 0) & (draw > rival))

    def _dear(self) -> np.ndarray:
        """float (rings, 4, 2 n): EVEN times how much more often than by its length a colour's ring is used, in its group."""
        out = np.zeros(self.barred.shape)
        for g, c in enumerate(self.colours):
            sides = self.joined & (self.group == g)
            used = np.bincount(c.ring[np.abs(self.words[sides]) - 1], np.repeat(self.size[:, None], 4, 1)[sides], len(c.rings))
            over = used / max(used.sum(), 1) * sum(c.rings) / np.array(c.rings) - 1
            out += np.where((self.group == g)[..., None], EVEN * over[c.ring[np.minimum(np.abs(self.signed), len(c.ring)) - 1]], 0)
        return out

    def run(self, sweeps: int) -> bool:
        """Colours and places in turns, from HOT to COLD; whether all sides meet in the end."""
        for n in range(sweeps):
            heat = HOT * (COLD / HOT) ** (n / sweeps)
            self.colour(heat)
            self.lay(heat)
            if not self.faults():
                return True
        return False

    def assemblies(self) -> tuple[np.ndarray, np.ndarray]:
        """slots, turns int (3, n): the three assemblies, pieces named by their place in the first."""
        where = {}
        for u, ring in enumerate(self.ring.tolist()):
            for q in range(4):
                step = int(self.moved[u] + QUARTER * q) % int(self.size[ring])
                where[ring, step] = int(self.quarter.turned[q, self.quarter.place[self.at[u]]]), int(self.turn[u] + q) % 4
        home = {slot: key for key, (slot, _) in where.items()}
        found = [[where[r, (s - a) % int(self.size[r])] for r, s in (home[j] for j in range(len(home)))] for a in range(3)]
        slots, turns = np.moveaxis(np.array(found), -1, 0)
        return slots, (turns - turns[0]) % 4
