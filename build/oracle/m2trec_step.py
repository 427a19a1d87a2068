"""Writes tests/models/fixtures/m2trec-step.json: loss and gradients of the Transformers' training step, computed by PyTorch in float64.

Run: /path/to/python-with-torch build/oracle/m2trec_step.py
Written from the equations, one session and one moment at a time: no padding, no index plans, no chunks, a plain softmax over all logits.
Parameters and the pool of dropout masks are not stored: both sides draw them by the rules of `draws.py`.
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

from draws import ROW_SCALE, Random, dropout_masks, float32, gradients, parameters, shared_sample, windows

torch.set_default_dtype(torch.float64)
target = pathlib.Path(__file__).parents[2] / 'tests/models/fixtures/m2trec-step.json'

config = dict(width=16, layers=2, attentionHeads=2, feedForward=20, maxLength=5, dropout=0.25, categoryWeight=0.3, seed=3)
d, heads, length = config['width'], config['attentionHeads'], config['maxLength']
count, tokens, columns, hidden = 14, 18, 2, 5
candidates = [item for item in range(count) if item != hidden]
levels = [('l1', 3), ('leaf', 5)]
# A long session that is cut into windows, repeats, a target seen before, a target just looked at, the shortest session. Items from 8 on are in none.
sessions = [[0, 1, 0, 2, 3, 3, 1, 4], [6, 7], [2, 2, 6], [4, 0, 4, 7, 1]]

draw = Random(41)
# Token weights as after token dropout: not of unit length, some 0; item 7 has no token at all.
bags = [[(draw.below(tokens), float32(0 if draw.uniform() < 0.25 else draw.uniform())) for _ in range(0 if item == 7 else 2 + draw.below(4))] for item in range(count)]
numbers = [[float32(4 * draw.uniform() - 2) for _ in range(columns)] for _ in range(count)]
labels = {name: [-1 if item in (3, 4 + place) else 1 + draw.below(size - 1) for item in range(count)] for place, (name, size) in enumerate(levels)}
shares = [0 if item == hidden else float32(0.14 * draw.uniform()) for item in range(count)]  # of all training events


def shapes(metadata, tied, categories, layers):
    table = {'item.tokens': [tokens, d], 'item.numbers': [columns, d], 'item.bias': [d]} if metadata else {'item.ids': [count, d]}
    table |= {'session.input': [d, d], 'session.input.bias': [d], 'session.positions': [length, d], 'session.norm.scale': [d], 'session.norm.bias': [d], 'session.query': [d, d], 'session.query.bias': [d]}
    f = config['feedForward']
    for layer in range(layers):
        at = f'session.{layer}.'
        table |= {at + 'norm1.scale': [d], at + 'norm1.bias': [d], at + 'norm2.scale': [d], at + 'norm2.bias': [d]}
        table |= {at + 'attention.in': [d, 3 * d], at + 'attention.in.bias': [3 * d], at + 'attention.out': [d, d], at + 'attention.out.bias': [d]}
        table |= {at + 'forward.in': [d, f], at + 'forward.in.bias': [f], at + 'forward.out': [f, d], at + 'forward.out.bias': [d]}
    table |= {'session.gate': [1], 'session.decay': [1], 'head.temperature': [1], 'head.seen': [2]} if tied else {'head.items': [count, d + 1]}
    table |= {'head.key': [d, d]} if tied and metadata else {}  # a row of its own needs no map
    for name, size in levels if categories else []:
        table |= {f'task.{name}': [d, size], f'task.{name}.bias': [size]}
    return table


def unit(x):
    return x / torch.sqrt((x * x).sum(-1, keepdim=True) + 1e-4)


def case(name, model, head, mode, layers=2, negatives=0):
    metadata, tied, categories = not model.endswith('-id'), head == 'tied', model in ('m2trec', 'mutrec-id')
    w = parameters(shapes(metadata, tied, categories, layers))
    if metadata:
        dense = torch.zeros(count, tokens)
        for item, bag in enumerate(bags):
            for token, weight in bag:
                dense[item, token] += weight
        items = unit(dense @ w['item.tokens'] + w['item.bias'] + torch.tensor(numbers) @ w['item.numbers'])
    else:
        items = ROW_SCALE * w['item.ids']

    rows = windows(sessions, length)
    if mode == 'prefix':
        rows = [(session[max(0, end - length):end], [session[end]]) for session in sessions for end in range(1, len(session))]
    pool, chosen = dropout_masks(config, (1 if metadata else 2) + 2 * layers, len(rows))
    sample, correction = shared_sample(rows, candidates, shares, negatives) if negatives > 0 else (None, None)
    compared = sample or (candidates if tied else list(range(count)))  # free rows: hidden SKUs have one as well

    losses = []
    for row, (looked, following) in enumerate(rows):
        t = len(looked)
        masks = [pool[torch.tensor(use[row][:t])] for use in chosen]
        content = items[torch.tensor(looked)] * (1 if metadata else masks.pop(0))
        x = (content @ w['session.input'] + w['session.input.bias'] + w['session.positions'][:t]) * masks[0]
        for layer in range(layers):
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
                logits = unit(items @ w['head.key'] if metadata else items) @ query
                seen = set(looked[:moment + 1])
                bonus = [5 * w['head.seen'][1 if item == looked[moment] else 0] if item in seen else torch.zeros(()) for item in range(count)]
                logits = logits + torch.stack(bonus)
            else:
                logits = ROW_SCALE * (w['head.items'][:, :d] @ session + w['head.items'][:, d])
            own = compared.index(next_item)
            logits = logits[compared]
            if sample is not None:  # a negative loses its correction, unless its own session brought it along; the positive loses none
                logits = logits - correction * torch.tensor([item not in looked + following for item in compared])
            loss = torch.logsumexp(logits, 0) - logits[own]
            for level, _ in levels if categories else []:
                label = labels[level][next_item]
                if label >= 0:
                    scores = (unit(session) * math.sqrt(d)) @ w[f'task.{level}'] + w[f'task.{level}.bias']
                    loss = loss + config['categoryWeight'] * (torch.logsumexp(scores, 0) - scores[label])
            losses.append(loss)
    loss = torch.stack(losses).mean()
    return {
        'name': name, 'settings': {'model': model, 'head': head, 'mode': mode, 'layers': layers}, 'negatives': negatives,
        'moments': len(losses), 'loss': loss.item(), 'dropout': chosen, 'gradients': gradients(loss, w),
    }


document = {
    'script': 'build/oracle/m2trec_step.py', 'torch': torch.__version__, 'config': config,
    'sizes': {'items': count, 'tokens': tokens, 'columns': columns, 'hidden': hidden, 'levels': [{'name': name, 'labels': size} for name, size in levels]},
    'sessions': sessions, 'bags': bags, 'numbers': numbers, 'labels': labels, 'shares': shares,
    'random': {'seed': 2022, 'first': (lambda r: [r.uint32() for _ in range(8)])(Random(2022))},
    'cases': [case('tied, causal', 'm2trec', 'tied', 'causal'), case('tied, prefix', 'm2trec', 'tied', 'prefix'),
              case('id head, causal', 'm2trec', 'id', 'causal'), case('id input, prefix', 'mutrec-id', 'id', 'prefix'),
              case('tied id rows', 'trec-id', 'tied', 'causal', layers=1), case('tied id rows, categories, prefix', 'mutrec-id', 'tied', 'prefix', layers=1),
              case('shared sample, tied metadata', 'm2trec', 'tied', 'causal', layers=1, negatives=10),
              case('shared sample, tied id rows', 'trec-id', 'tied', 'causal', layers=1, negatives=10),
              case('shared sample, free rows', 'metrec', 'id', 'causal', layers=1, negatives=10),
              case('shared sample, id input and free rows', 'mutrec-id', 'id', 'causal', layers=1, negatives=10)],
}
target.write_text(json.dumps(document, separators=(',', ':')) + '\n')
print(target, target.stat().st_size)
