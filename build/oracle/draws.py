"""What the oracles and `models/` draw alike, so that fixtures hold results only: parameters, masks, samples. `random.ts` and
`shared-sample.ts` are the other half."""
import base64
import math
import struct

import torch

word = 0xffffffff
POOL_ROWS = 509  # ready dropout masks
ROW_SCALE = 8  # rows that belong to one item are stored divided by it


class Random:
    """xoshiro128** (Blackman & Vigna 2018) seeded by splitmix32."""

    def __init__(self, seed):
        self.s = []
        x = seed & word
        for _ in range(4):
            x = (x + 0x9e3779b9) & word
            z = ((x ^ (x >> 16)) * 0x85ebca6b) & word
            z = ((z ^ (z >> 13)) * 0xc2b2ae35) & word
            self.s.append(z ^ (z >> 16))

    def uint32(self):
        s = self.s
        rotate = lambda v, k: ((v << k) | (v >> (32 - k))) & word
        result = (rotate((s[1] * 5) & word, 7) * 9) & word
        shifted = (s[1] << 9) & word
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 11)
        return result

    def uniform(self):
        return self.uint32() / 2 ** 32

    def below(self, n):
        return int(self.uniform() * n)


def float32(x):
    return struct.unpack('f', struct.pack('f', x))[0]


def parameters(table):
    """In alphabetical order: centre + 0.4 u, u uniform in [-0.5, 0.5); centre 1 for norm scales, 0.5 for the temperature, else 0. Rounded to float32."""
    random = Random(97)
    values = {}
    for name in sorted(table):
        centre = 1 if name.endswith('.scale') else 0.5 if name == 'head.temperature' else 0
        size = math.prod(table[name])
        flat = torch.tensor([centre + 0.4 * (random.uniform() - 0.5) for _ in range(size)]).float().double()
        values[name] = flat.reshape(table[name]).requires_grad_()
    return values


def dropout_masks(config, uses, rows):
    """The pool of masks [POOL_ROWS, d], and the pool's row by use, session row and position."""
    random = Random(config['seed'] ^ 0x5eed)
    keep = 1 / (1 - config['dropout'])
    pool = torch.tensor([[0.0 if random.uniform() < config['dropout'] else keep for _ in range(config['width'])] for _ in range(POOL_ROWS)]).float().double()
    chosen = [[[random.below(POOL_ROWS) for _ in range(config['maxLength'])] for _ in range(rows)] for _ in range(uses)]
    return pool, chosen


def windows(sessions, length):
    """(items looked at, the item after each moment), a session cut into rows of `length` inputs."""
    rows = []
    for session in sessions:
        for start in range(0, len(session) - 1, length):
            end = min(start + length, len(session) - 1)
            rows.append((session[start:end], session[start + 1:end + 1]))
    return rows


def shared_sample(rows, candidates, shares, size):
    """The rows that share the softmax of a step, and log of how often each is expected in such a sample: all events of the step, then uniform draws."""
    events = [item for looked, following in rows for item in looked + following[-1:]]
    sample = list(dict.fromkeys(events))
    drawn = (size - len(sample)) / (len(candidates) - len(sample))
    random = Random(1)
    while len(sample) < size:
        item = candidates[random.below(len(candidates))]
        if item not in sample:
            sample.append(item)
    expected = [1 - (1 - drawn) * (1 - shares[item]) ** len(events) for item in sample]
    return sample, torch.tensor([float32(math.log(p)) for p in expected])


def gradients(loss, w):
    pack = lambda g: base64.b64encode(struct.pack(f'<{g.numel()}f', *g.reshape(-1).tolist())).decode()
    found = torch.autograd.grad(loss, list(w.values()))
    return {key: {'norm': float('%.9g' % g.norm()), 'float32': pack(g)} for key, g in zip(w, found)}
