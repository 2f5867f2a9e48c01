"""Where the pieces of a keyed board lie in its second assembly, and its orbits, kept up to date move by move.

With p_k the share of the inner sides that lie on orbit k, two sides at random fit by chance half as often as sum p_k^2, as with exp(S)
equal orbits: S = - ln sum p_k^2 (Renyi's entropy of order 2). The sides along the border's ring, which only meet each other, are counted
apart. Orbits and what the player is asked to do, in numbers (kept: neighbour pairs that stay side by side, turned: inner pieces that turn):

    WEIGHT max(0, ln wanted - S) + RING max(0, ln wanted_ring - S_ring) + KEPT (max(0, kept - limit) / pairs + |turned - asked| / inner)

A border that has connectors meets a rim, see `ports`: rows of it follow the pieces' own, and never move.
"""

import math
from itertools import pairwise

import numpy as np

from ..assemblies.orbits import pairing, shown
from ..geometry.board import Board

WEIGHT, RING, KEPT = 0.6, 0.2, 8.0
RIMMED = 2.0  # WEIGHT of a board whose border has connectors: no straight side tells where a piece lies, so its orbits must
NEAR = 10  # slots that cost a piece least are proposed more often; more on large boards, a slot of 33
Moves = list[tuple[int, int, int]]  # (piece, slot, turn)
After = tuple[dict[int, int], list[int], int, int]  # sides that meet anew, both ways; sums of squares; kept pairs; turned pieces


class OrbitState:
    """Where the pieces of a board lie in a second assembly, its orbits, and what both cost. Nodes as in `orbits`.

    Along an orbit, places 0, 1, 2, ...: an even one and the next meet in assembly 1, an odd one and the next in the second assembly. So what
    a move does to the orbits is known from the places where it cuts them, without a walk: an arc from a cut to the next stays whole.
    """

    def __init__(self, board: Board, cost: np.ndarray, slots: np.ndarray, turns: np.ndarray, wanted: float, kept: float, turned: float | None = None):
        """cost float (turns, n, n): piece i in slot j after k turns, as `assignment.costs` gives it for an open board.

        wanted: as good as so many equal orbits. kept: share of the neighbour pairs that may stay together. turned: share of the inner pieces that
        should be turned, None for as many as suit the pictures.
        """
        n = board.count
        self.board, self.kind, self.turns, self.ports = board, board.classes.tolist(), board.turns, board.ports.shape[1]
        self.steps, self.next_side = board.steps, board.next_side
        self.sides_at, turns = shown(self.turns, self.ports).tolist(), turns % self.turns
        self.scale = 1 / max(1e-9, float(cost[turns, np.arange(n), slots].sum()))
        self.cost, self.allowed, least = cost, board.fits, cost.min(0)
        self._asked(turned, turns)
        self.near = least.argsort(1, kind="stable")[:, : max(NEAR, n // 33)].tolist()
        rim = list(range(n, len(board.rimmed)))  # of the rim, if there is one, each row lies where it is
        self.slot, self.turn, self.inside = slots.tolist() + rim, turns.tolist() + [0] * len(rim), n * self.ports
        self.weight = RIMMED if rim else WEIGHT
        self.mate, self.other = board.rimmed.ravel().tolist(), pairing(board, slots, turns).tolist()
        self.pairs = sum(m >= 0 for m in self.mate) // 2
        self.limit, self.at = kept * self.pairs, [0] * len(self.slot)
        for i, s in enumerate(self.slot):
            self.at[s] = i
        self.beside = [[(p, *divmod(m, self.ports)) for p, m in enumerate(row) if m >= 0] for row in board.rimmed[:n].tolist()]
        self._orbits()
        self.wanted = math.log(wanted), math.log(max(1.0, min(self.sides[1] / 6, wanted * self.sides[1] / self.sides[0] * 2)))

    def _asked(self, turned: float | None, turns: np.ndarray) -> None:
        """inner: bool a piece; asked: how many inner ones should be turned, -1 for any number; best: the turn of piece i in slot j that costs least."""
        ways = self.allowed[:, np.arange(self.board.count), np.arange(self.board.count)]
        inner = (ways.sum(0) == ways.sum(0).max()) & (ways.sum(0) > 1)
        self.inner, self.many = inner.tolist(), max(1, int(inner.sum()))
        self.asked, self.turned = -1 if turned is None else round(turned * int(inner.sum())), int((inner & (turns != 0)).sum())
        barred = {0: [*range(1, self.turns)], int(inner.sum()): [0]}.get(self.asked, [])
        left_out = np.isin(np.arange(self.turns), barred)[:, None, None] & inner[:, None]
        self.best = np.where(left_out, np.inf, self.cost).argmin(0) if barred else self.cost.argmin(0)

    def _orbits(self) -> None:
        self.ring = [mate >= 0 and self._across(node) for node, mate in enumerate(self.mate)]
        self.orbit, self.place_of, self.next = [-1] * len(self.mate), [0] * len(self.mate), 0
        self.size: dict[int, int] = {}
        self.sides, self.bulk, self.kept = [1, 1], [0, 0], 0
        for group in (False, True):
            self.sides[group] = max(1, sum(r == group for r, mate in zip(self.ring, self.mate) if mate >= 0))
        for node, mate in enumerate(self.mate):
            if mate >= 0 and self.orbit[node] < 0:
                self._count(self._walk(node), self.ring[node], 1)

    def _across(self, node: int) -> bool:
        """Whether a side ends at the border: two border pieces meet there, but on boards of triangles, where one of them may be an inner one."""
        piece, port = divmod(node, self.ports)
        return (
            node < self.inside
            and port < self.turns != 3 * self.next_side
            and any(self.board.words[piece][(port + k) % self.turns] == 0 for k in (self.next_side, -self.next_side))
        )

    def _walk(self, node: int) -> int:
        """Gives the orbit through a node a number and its nodes their places; its length."""
        at, length, orbit, place, mate, other, number = node, 0, self.orbit, self.place_of, self.mate, self.other, self.next
        while True:
            there = mate[at]
            orbit[at] = orbit[there] = number
            place[at], place[there] = length, length + 1
            length += 2
            at = other[there]
            if at == node:
                break
        self.size[number] = length
        self.next = number + 1
        return length

    def _count(self, length: int, group: bool, sign: int) -> None:
        self.bulk[group] += sign * length * length
        self.kept += sign * (length == 2)

    def entropy(self, group: bool = False) -> float:
        """ln (1 / sum p_k^2), p_k = size_k / sides; of the ring's orbits or of all others."""
        return math.log(self.sides[group] ** 2 / max(1, self.bulk[group]))

    def energy(self) -> float:
        few = self.weight * max(0.0, self.wanted[0] - self.entropy()) + RING * max(0.0, self.wanted[1] - self.entropy(True))
        return few + self.together()

    def together(self) -> float:
        """What it costs that more neighbours stay together than may, and that more or fewer pieces turn than was asked."""
        off = abs(self.turned - self.asked) / self.many if self.asked >= 0 else 0.0
        return KEPT * (max(0.0, self.kept - self.limit) / self.pairs + off)

    def total(self) -> float:
        """By how much the pictures cost more than at first, as a share of that."""
        n = self.board.count
        return self.scale * float(self.cost[self.turn[:n], np.arange(n), self.slot[:n]].sum()) - 1

    def rise(self, moves: Moves) -> float:
        """By how much the moves raise the cost of the pictures, as a share of what it was at first."""
        cost, slot, turn = self.cost.item, self.slot, self.turn
        return self.scale * sum(cost(t, i, s) - cost(turn[i], i, slot[i]) for i, s, t in moves)

    def after(self, moves: Moves) -> tuple[float, After]:
        """(energy after the moves, all at once; what `place` needs to make them). The state stays as it is."""
        links = self._links(moves)
        arcs, board = self._arcs(links)
        before = self.bulk[:], self.kept, self.turned
        self.turned += sum((t != 0) - (self.turn[i] != 0) for i, _, t in moves if self.inner[i])
        for number, group in board.items():
            self._count(self.size[number], group, -1)
        left = set(arcs)
        while left:
            begin = node = left.pop()
            length = 0
            while True:
                far, way = arcs[node]
                left.discard(far)
                length += way
                node = links[far]
                if node == begin:
                    break
                left.discard(node)
            self._count(length, self.ring[begin], 1)
        energy, then = self.energy(), (links, self.bulk, self.kept, self.turned)
        self.bulk, self.kept, self.turned = before
        return energy, then

    def _links(self, moves: Moves) -> dict[int, int]:
        """Both ways, the sides that meet anew."""
        at = {slot: (i, turn) for i, slot, turn in moves}
        piece, turned, other, out, ports, sides = self.at, self.turn, self.other, {}, self.ports, self.sides_at
        for i, slot, turn in moves:
            for port, there, meets in self.beside[slot]:
                j, k = at[there] if there in at else (piece[there], turned[piece[there]])
                a, b = ports * i + sides[turn][port], ports * j + sides[k][meets]
                if other[a] != b:
                    out[a], out[b] = b, a
        return out

    def _arcs(self, links: dict[int, int]) -> tuple[dict[int, tuple[int, int]], dict[int, bool]]:
        """({end of an arc: (its other end, its length)}, {orbit that is board: whether it is the ring's})."""
        cuts: dict[int, list[tuple[int, int]]] = {}
        place, orbit, other, arcs = self.place_of, self.orbit, self.other, {}
        for node in links:
            if not place[node] & 1:
                cuts.setdefault(orbit[node], []).append((place[node], node))
        groups = {}
        for number, found in cuts.items():
            found.sort()
            groups[number] = self.ring[found[0][1]]
            for (p, start), (q, stop) in pairwise([*found, (found[0][0] + self.size[number], found[0][1])]):
                last = other[stop]
                arcs[start], arcs[last] = (last, q - p), (start, q - p)
        return arcs, groups

    def place(self, moves: Moves, then: After) -> None:
        """Makes the moves that `after` looked at, and follows the orbits."""
        links, self.bulk, self.kept, self.turned = then
        for i, slot, turn in moves:
            self.slot[i], self.turn[i], self.at[slot] = slot, turn, i
        for a, b in links.items():
            self.other[a] = b
        for number in {self.orbit[node] for node in links}:
            del self.size[number]
        begin = self.next
        for node in links:
            if self.orbit[node] < begin:
                self._walk(node)

    def beside_of(self, i: int) -> list[int]:
        """Pieces that meet a piece in one of the assemblies."""
        return [met // self.ports for by in (self.mate, self.other) for met in by[self.ports * i : self.ports * (i + 1)] if 0 <= met < self.inside]

    def back(self, moves: Moves) -> Moves:
        """What undoes moves that are about to be made."""
        return [(i, self.slot[i], self.turn[i]) for i, *_ in moves]

    def words(self) -> np.ndarray:
        """int (n, P): orbit of each side from 1, positive in one half of it and negative in the other; 0 on the border."""
        number = np.unique(self.orbit, return_inverse=True)[1] + (min(self.orbit) >= 0)
        return (number * (1 - 2 * (np.array(self.place_of) & 1))).reshape(-1, self.ports)[: self.board.count]

    def moves_of(self, i: int) -> list[Moves]:
        """All turns of a piece where it lies, and changes of place with those that lie where it costs little."""
        home = self.slot[i]
        out = [[(i, home, k)] for k in range(self.turns) if k != self.turn[i] and self.allowed[k, i, home]]
        for goal in self.near[i]:
            j = self.at[goal]
            if j != i and self.kind[i] == self.kind[j]:
                out.append([(i, goal, int(self.best[i, goal])), (j, home, int(self.best[j, home]))])
        return out

    def mates(self) -> list[np.ndarray]:
        """int (P n,) of either assembly: the side that each side meets, see `orbits.mates`."""
        both = (np.array(side[: self.inside]) for side in (self.mate, self.other))
        return [np.where(m < self.inside, m, -1) for m in both]

    @property
    def assemblies(self) -> tuple[np.ndarray, np.ndarray]:
        """(slots, turns), int (2, n)."""
        home = np.arange(self.board.count)
        return np.stack([home, self.slot[: len(home)]]), np.stack([0 * home, self.turn[: len(home)]])
