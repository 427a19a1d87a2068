"""PyTorch's side of `npm run bench -- head`: softmax cross-entropy over all items with both gradients, eager and compiled.

Run by tests/bench/head.ts: head_bench.py FOLDER THREADS, with `index.json` and `data.bin` in the folder. Reads {"case", "mode", "compare"},
answers {"ms", "loss"} and, where asked to compare, the largest difference of loss and gradients from `*.bin`, relative to the largest gradient.
"""
import json
import math
import pathlib
import re
import sys
import time

import torch
import torch.nn.functional as F

folder, threads = pathlib.Path(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
index = json.loads((folder / 'index.json').read_text())


def read(name, dims, kind=torch.float32):
    raw = bytearray((folder / name).read_bytes())
    return torch.frombuffer(raw, dtype=kind, count=math.prod(dims)).reshape(dims)


def loss_of(sessions, items, targets):
    return F.cross_entropy(sessions @ items.T, targets)


cases = {}
for name, size in index.items():
    sessions = read(f'{name}.sessions.bin', [size['sessions'], size['width']]).requires_grad_()
    items = read(f'{name}.items.bin', [size['items'], size['width']]).requires_grad_()
    cases[name] = (sessions, items, read(f'{name}.targets.bin', [size['sessions']], torch.int32).long())
modes = {'eager': loss_of}
if hasattr(torch, 'compile'):
    modes['compiled'] = torch.compile(loss_of)


def deviation(got, name):
    expected = read(name, list(got.shape))
    return float((got - expected).abs().max() / expected.abs().max())


blas = re.search(r'BLAS_INFO=(\w+)', torch.__config__.show())
print(json.dumps({'torch': torch.__version__, 'threads': torch.get_num_threads(), 'blas': blas.group(1) if blas else 'unknown', 'modes': list(modes)}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    sessions, items, targets = cases[question['case']]
    sessions.grad = items.grad = None
    started = time.perf_counter()
    try:
        loss = modes[question['mode']](sessions, items, targets)
        loss.backward()
    except Exception as error:  # a compiler may be missing
        print(json.dumps({'error': str(error).strip().splitlines()[0]}), flush=True)
        continue
    answer = {'ms': (time.perf_counter() - started) * 1000, 'loss': loss.item()}
    if question.get('compare'):
        name = question['case']
        answer['deviation'] = max(deviation(sessions.grad, f'{name}.dsessions.bin'), deviation(items.grad, f'{name}.ditems.bin'))
    print(json.dumps(answer), flush=True)
