"""Writes tests/models/fixtures/m2trec-step.json: loss and gradients of M2TRec's training step, computed by PyTorch in float64.

Run: /path/to/python-with-torch build/oracle/m2trec_step.py
Written from the equations, one session and one moment at a time: no padding, no index plans, no chunks, a plain softmax over all logits.
Parameters and the pool of dropout masks are not stored: both sides draw them from xoshiro128** by the rules below.
"""
import base64
import json
import math
import pathlib
import struct

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
target = pathlib.Path(__file__).parents[2] / 'tests/models/fixtures/m2trec-step.json'
word = 0xffffffff


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


config = dict(width=16, layers=2, attentionHeads=2, feedForward=20, maxLength=5, dropout=0.25, categoryWeight=0.3, seed=3)
d, heads, length = config['width'], config['attentionHeads'], config['maxLength']
count, tokens, columns, hidden = 8, 18, 2, 5
levels = [('l1', 3), ('leaf', 5)]
pool_rows = 509
ROW_SCALE = 8  # rows that belong to one item are stored divided by it
# A long session that is cut into windows, repeats, a target seen before, a target just looked at, the shortest session.
sessions = [[0, 1, 0, 2, 3, 3, 1, 4], [6, 7], [2, 2, 6], [4, 0, 4, 7, 1]]

draw = Random(41)
# Token weights as after token dropout: not of unit length, some 0; item 7 has no token at all.
bags = [[(draw.below(tokens), struct.unpack('f', struct.pack('f', 0 if draw.uniform() < 0.25 else draw.uniform()))[0]) for _ in range(0 if item == 7 else 2 + draw.below(4))] for item in range(count)]
numbers = [[struct.unpack('f', struct.pack('f', 4 * draw.uniform() - 2))[0] for _ in range(columns)] for _ in range(count)]
labels = {name: [-1 if item in (3, 4 + place) else 1 + draw.below(size - 1) for item in range(count)] for place, (name, size) in enumerate(levels)}


def shapes(metadata, tied):
    table = {'item.tokens': [tokens, d], 'item.numbers': [columns, d], 'item.bias': [d]} if metadata else {'item.ids': [count, d]}
    table |= {'session.input': [d, d], 'session.input.bias': [d], 'session.positions': [length, d], 'session.norm.scale': [d], 'session.norm.bias': [d], 'session.query': [d, d], 'session.query.bias': [d]}
    f = config['feedForward']
    for layer in range(config['layers']):
        at = f'session.{layer}.'
        table |= {at + 'norm1.scale': [d], at + 'norm1.bias': [d], at + 'norm2.scale': [d], at + 'norm2.bias': [d]}
        table |= {at + 'attention.in': [d, 3 * d], at + 'attention.in.bias': [3 * d], at + 'attention.out': [d, d], at + 'attention.out.bias': [d]}
        table |= {at + 'forward.in': [d, f], at + 'forward.in.bias': [f], at + 'forward.out': [f, d], at + 'forward.out.bias': [d]}
    table |= {'session.gate': [1], 'session.decay': [1], 'head.key': [d, d], 'head.temperature': [1], 'head.seen': [2]} if tied else {'head.items': [count, d + 1]}
    for name, size in levels:
        table |= {f'task.{name}': [d, size], f'task.{name}.bias': [size]}
    return table


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


def unit(x):
    return x / torch.sqrt((x * x).sum(-1, keepdim=True) + 1e-4)


def case(name, model, head, mode):
    metadata, tied = model != 'mutrec-id', head == 'tied'
    w = parameters(shapes(metadata, tied))
    random = Random(config['seed'] ^ 0x5eed)
    keep = 1 / (1 - config['dropout'])
    pool = torch.tensor([[0.0 if random.uniform() < config['dropout'] else keep for _ in range(d)] for _ in range(pool_rows)]).float().double()

    if metadata:
        dense = torch.zeros(count, tokens)
        for item, bag in enumerate(bags):
            for token, weight in bag:
                dense[item, token] += weight
        items = unit(dense @ w['item.tokens'] + w['item.bias'] + torch.tensor(numbers) @ w['item.numbers'])
    else:
        items = ROW_SCALE * w['item.ids']

    rows = []  # (items looked at, the item after each moment)
    for session in sessions:
        if mode == 'causal':
            for start in range(0, len(session) - 1, length):
                end = min(start + length, len(session) - 1)
                rows.append((session[start:end], session[start + 1:end + 1]))
        else:
            for end in range(1, len(session)):
                rows.append((session[max(0, end - length):end], [session[end]]))

    uses = 1 + 2 * config['layers']
    chosen = [[[random.below(pool_rows) for _ in range(length)] for _ in rows] for _ in range(uses)]  # dropout rows by use, row, position
    losses = []
    for row, (looked, following) in enumerate(rows):
        t = len(looked)
        masks = [pool[torch.tensor(use[row][:t])] for use in chosen]
        content = items[torch.tensor(looked)]
        x = (content @ w['session.input'] + w['session.input.bias'] + w['session.positions'][:t]) * masks[0]
        for layer in range(config['layers']):
            p = lambda part: w[f'session.{layer}.{part}']
            normed = F.layer_norm(x, (d,), p('norm1.scale'), p('norm1.bias'))
            q, k, v = ((normed @ p('attention.in') + p('attention.in.bias')).reshape(t, 3, heads, d // heads).permute(1, 2, 0, 3))
            scores = q @ k.transpose(-1, -2) / math.sqrt(d // heads)
            if mode == 'causal':
                scores = scores.masked_fill(torch.triu(torch.ones(t, t, dtype=torch.bool), 1), -math.inf)
            joined = (torch.softmax(scores, -1) @ v).permute(1, 0, 2).reshape(t, d)
            x = x + (joined @ p('attention.out') + p('attention.out.bias')) * masks[1 + 2 * layer]
            inner = torch.relu(F.layer_norm(x, (d,), p('norm2.scale'), p('norm2.bias')) @ p('forward.in') + p('forward.in.bias'))
            x = x + (inner @ p('forward.out') + p('forward.out.bias')) * masks[2 + 2 * layer]
        states = F.layer_norm(x, (d,), w['session.norm.scale'], w['session.norm.bias'])
        for moment, next_item in zip(range(t) if mode == 'causal' else [t - 1], following):
            pooled = states[:moment + 1].mean(0) + (states[moment] if mode == 'causal' else 0)
            session = pooled @ w['session.query'] + w['session.query.bias']
            if tied:
                decay = torch.sigmoid(5 * w['session.decay']) ** torch.arange(moment, -1, -1)
                session = session * 5 * w['session.gate'] + unit((decay / decay.sum()) @ content[:moment + 1])
                query = unit(session) * torch.clamp(torch.exp(5 * w['head.temperature']), 0, 40)
                logits = unit(items @ w['head.key']) @ query
                seen = set(looked[:moment + 1])
                bonus = [5 * w['head.seen'][1 if item == looked[moment] else 0] if item in seen else torch.zeros(()) for item in range(count)]
                candidates = [item for item in range(count) if item != hidden]
                logits = (logits + torch.stack(bonus))[candidates]
                loss = torch.logsumexp(logits, 0) - logits[candidates.index(next_item)]
            else:
                logits = ROW_SCALE * (w['head.items'][:, :d] @ session + w['head.items'][:, d])
                loss = torch.logsumexp(logits, 0) - logits[next_item]
            for level, _ in levels:
                label = labels[level][next_item]
                if label >= 0:
                    scores = (unit(session) * math.sqrt(d)) @ w[f'task.{level}'] + w[f'task.{level}.bias']
                    loss = loss + config['categoryWeight'] * (torch.logsumexp(scores, 0) - scores[label])
            losses.append(loss)
    loss = torch.stack(losses).mean()
    gradients = torch.autograd.grad(loss, list(w.values()))
    pack = lambda g: base64.b64encode(struct.pack(f'<{g.numel()}f', *g.reshape(-1).tolist())).decode()
    return {
        'name': name, 'model': model, 'head': head, 'mode': mode, 'moments': len(losses), 'loss': loss.item(), 'dropout': chosen,
        'gradients': {key: {'norm': float('%.9g' % g.norm()), 'float32': pack(g)} for key, g in zip(w, gradients)},
    }


document = {
    'script': 'build/oracle/m2trec_step.py', 'torch': torch.__version__, 'config': config,
    'sizes': {'items': count, 'tokens': tokens, 'columns': columns, 'hidden': hidden, 'levels': [{'name': name, 'labels': size} for name, size in levels]},
    'sessions': sessions, 'bags': bags, 'numbers': numbers, 'labels': labels,
    'random': {'seed': 2022, 'first': (lambda r: [r.uint32() for _ in range(8)])(Random(2022))},
    'cases': [case('tied, causal', 'm2trec', 'tied', 'causal'), case('tied, prefix', 'm2trec', 'tied', 'prefix'),
              case('id head, causal', 'm2trec', 'id', 'causal'), case('id input, prefix', 'mutrec-id', 'id', 'prefix')],
}
target.write_text(json.dumps(document, separators=(',', ':')) + '\n')
print(target, target.stat().st_size)
