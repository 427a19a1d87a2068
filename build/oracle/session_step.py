"""Writes tests/models/fixtures/session-step.json: loss and gradients of GRU4Rec's, NARM's and STAMP's training step, by PyTorch in float64.

Run: /path/to/python-with-torch build/oracle/session_step.py
Written from the papers' equations, one session and one moment at a time, the recurrent unit being torch.nn.GRUCell: nothing lies back to back,
nothing is carried over or masked. Parameters and the pool of dropout masks are not stored: both sides draw them by the rules of `draws.py`.
"""
import json
import pathlib

import torch

from draws import ROW_SCALE, Random, dropout_masks, float32, gradients, parameters, shared_sample, windows

torch.set_default_dtype(torch.float64)
target = pathlib.Path(__file__).parents[2] / 'tests/models/fixtures/session-step.json'

config = dict(width=16, maxLength=6, dropout=0.25, seed=3)
d, length = config['width'], config['maxLength']
count, hidden = 16, 5
candidates = [item for item in range(count) if item != hidden]
# Windows of 6, 1, 1, 4, 2, 3, 5, 1 inputs: rows of six hold one of them, two with none or some room left, and three.
sessions = [[0, 1, 0, 2, 3, 3, 1, 4], [6, 7], [4, 0, 4, 7, 1], [2, 2, 6], [8, 1, 1, 0], [7, 6, 2, 8, 2, 0], [3, 8]]
draw = Random(43)
shares = [0 if item == hidden else float32(0.12 * draw.uniform()) for item in range(count)]  # of all training events

gru = {'gru.in': [d, 3 * d], 'gru.in.bias': [3 * d], 'gru.state': [d, 3 * d], 'gru.state.bias': [3 * d]}
tables = {
    'gru4rec': gru,
    'narm': gru | {'attention.last': [d, d], 'attention.each': [d, d], 'attention.sum': [d, 1], 'session.decoder': [2 * d, d]},
    'stamp': {'attention.each': [d, d], 'attention.last': [d, d], 'attention.mean': [d, d], 'attention.bias': [d], 'attention.sum': [d, 1],
              'session.out': [d, d], 'session.out.bias': [d], 'last.out': [d, d], 'last.out.bias': [d]},
}
dropouts = {'gru4rec': 2, 'narm': 3, 'stamp': 1}


def run_gru(w, content):
    """States after each item, from 0."""
    cell = torch.nn.GRUCell(d, d)
    weights = {'weight_ih': w['gru.in'].T, 'weight_hh': w['gru.state'].T, 'bias_ih': w['gru.in.bias'], 'bias_hh': w['gru.state.bias']}
    state, states = torch.zeros(d), []
    for x in content:
        state = torch.func.functional_call(cell, weights, (x, state))
        states.append(state)
    return states


def gru4rec(w, content, masks):
    return [state * masks[1][t] for t, state in enumerate(run_gru(w, content * masks[0]))]


def narm(w, content, masks):
    states, found = run_gru(w, content * masks[0]), []
    for t, last in enumerate(states):
        attention = [torch.sigmoid(last @ w['attention.last'] + each @ w['attention.each']) @ w['attention.sum'] for each in states[:t + 1]]
        local = sum(alpha * each for alpha, each in zip(attention, states))
        found.append(torch.cat([last * masks[1][t], local * masks[2][t]]) @ w['session.decoder'])
    return found


def stamp(w, content, masks):
    x, found = content * masks[0], []
    for t, last in enumerate(x):
        mean = x[:t + 1].mean(0)
        attention = [torch.sigmoid(each @ w['attention.each'] + last @ w['attention.last'] + mean @ w['attention.mean'] + w['attention.bias']) @ w['attention.sum'] for each in x[:t + 1]]
        general = torch.tanh(sum(alpha * each for alpha, each in zip(attention, x)) @ w['session.out'] + w['session.out.bias'])
        found.append(general * torch.tanh(last @ w['last.out'] + w['last.out.bias']))
    return found


def case(name, model, negatives=0):
    w = parameters({'item.ids': [count, d]} | tables[model])
    items = ROW_SCALE * w['item.ids']
    rows = windows(sessions, length)
    pool, chosen = dropout_masks(config, dropouts[model], len(rows))
    sample, correction = shared_sample(rows, candidates, shares, negatives) if negatives > 0 else (candidates, None)
    losses = []
    for row, (looked, following) in enumerate(rows):
        masks = [pool[torch.tensor(use[row][:len(looked)])] for use in chosen]
        vectors = {'gru4rec': gru4rec, 'narm': narm, 'stamp': stamp}[model](w, items[torch.tensor(looked)], masks)
        for session, next_item in zip(vectors, following):
            own = sample.index(next_item)
            logits = items[sample] @ session
            if correction is not None:  # a negative loses its correction, unless its own session brought it along; the positive loses none
                logits = logits - correction * torch.tensor([item not in looked + following for item in sample])
            losses.append(torch.logsumexp(logits, 0) - logits[own])
    loss = torch.stack(losses).mean()
    return {
        'name': name, 'settings': {'model': model}, 'negatives': negatives,
        'moments': len(losses), 'loss': loss.item(), 'dropout': chosen, 'gradients': gradients(loss, w),
    }


document = {
    'script': 'build/oracle/session_step.py', 'torch': torch.__version__, 'config': config,
    'sizes': {'items': count, 'tokens': 0, 'columns': 0, 'hidden': hidden, 'levels': []},
    'sessions': sessions, 'bags': [], 'numbers': [], 'labels': {}, 'shares': shares,
    'cases': [case('GRU4Rec', 'gru4rec'), case('NARM', 'narm'), case('STAMP', 'stamp'),
              case('GRU4Rec, shared sample', 'gru4rec', 13), case('NARM, shared sample', 'narm', 13), case('STAMP, shared sample', 'stamp', 13)],
}
target.write_text(json.dumps(document, separators=(',', ':')) + '\n')
print(target, target.stat().st_size)
