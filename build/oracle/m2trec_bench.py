"""PyTorch's side of `npm run bench -- step`: the same M2TRec step, eager, with the operators a PyTorch user would choose.

Run by tests/bench/step.ts: m2trec_bench.py FOLDER THREADS DEVICE (cpu or cuda), with `index.json` and `data.bin` in the folder. Reads batch numbers from stdin,
answers each with {"loss", "ms"}: forward, backward, clipping and AdamW. Building the batch is not part of its time.
"""
import json
import math
import pathlib
import re
import sys
import time

import torch
import torch.nn.functional as F

folder, threads, device = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if device == 'cuda' and not torch.cuda.is_available():
    sys.exit('no GPU that PyTorch can use')
torch.set_num_threads(threads)
index = json.loads((folder / 'index.json').read_text())
raw = bytearray((folder / 'data.bin').read_bytes())
kinds = {'float32': torch.float32, 'int32': torch.int32}


def read(entry):
    count = math.prod(entry['dims'])
    if count == 0:
        return torch.zeros(entry['dims'], device=device)
    tensor = torch.frombuffer(raw, dtype=kinds[entry['dtype']], count=count, offset=entry['offset']).reshape(entry['dims']).clone().to(device)
    return tensor.long() if entry['dtype'] == 'int32' else tensor


config, levels = index['config'], index['levels']
d, heads = config['width'], config['attentionHeads']
w = {name: read(entry).requires_grad_() for name, entry in index['weights'].items()}
pool = read(index['pool'])
batches = [{name: read(entry) for name, entry in batch.items()} for batch in index['batches']]
decayed = [w[name] for name in w if name in index['decayed']]
others = [w[name] for name in w if name not in index['decayed']]
options = {'fused': True} if tuple(map(int, torch.__version__.split('.')[:2])) >= (2, 4) else {}
optimizer = torch.optim.AdamW([{'params': decayed, 'weight_decay': config['weightDecay']}, {'params': others, 'weight_decay': 0.0}], lr=index['learningRate'], betas=(0.9, 0.98), eps=1e-8, **options)


def unit(x):
    return x * torch.rsqrt((x * x).sum(-1, keepdim=True) + 1e-4)


def attention(q, k, v, mask):
    if hasattr(F, 'scaled_dot_product_attention'):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]) + mask, -1) @ v


def loss_of(b):
    rows, length = b['positions'].shape
    masks = iter(pool[b[f'dropout.{use}']] for use in range(1 + 2 * config['layers']))
    items = unit(F.embedding_bag(b['bag.ids'], w['item.tokens'], b['bag.offsets'], mode='sum', per_sample_weights=b['bag.weights']) + w['item.bias'])
    content = F.embedding(b['positions'], items) * b['present']
    x = (content @ w['session.input'] + w['session.input.bias'] + w['session.positions'][:length]) * next(masks)
    for layer in range(config['layers']):
        p = lambda part: w[f'session.{layer}.{part}']
        normed = F.layer_norm(x, (d,), p('norm1.scale'), p('norm1.bias'))
        q, k, v = (normed @ p('attention.in') + p('attention.in.bias')).reshape(rows, length, 3, heads, d // heads).permute(2, 0, 3, 1, 4)
        joined = attention(q, k, v, b['mask']).transpose(1, 2).reshape(rows, length, d)
        x = x + (joined @ p('attention.out') + p('attention.out.bias')) * next(masks)
        inner = torch.relu(F.layer_norm(x, (d,), p('norm2.scale'), p('norm2.bias')) @ p('forward.in') + p('forward.in.bias'))
        x = x + (inner @ p('forward.out') + p('forward.out.bias')) * next(masks)
    pooled = b['pool'] @ F.layer_norm(x, (d,), w['session.norm.scale'], w['session.norm.bias'])
    query = pooled @ w['session.query'] + w['session.query.bias']
    decay = torch.exp(b['age'] * F.logsigmoid(5 * w['session.decay'])) * b['past']
    sessions = (query * 5 * w['session.gate'] + unit((decay / decay.sum(-1, keepdim=True)) @ content)).reshape(-1, d)[b['moments']]
    normal = unit(sessions)
    logits = (normal * torch.clamp(torch.exp(5 * w['head.temperature']), 0, 40)) @ unit(items @ w['head.key']).T
    if 'correction' in b:  # of negatives: the target's logit is left as it is
        own = (torch.arange(len(logits), device=device), b['targets'])
        logits = (logits - b['correction']).index_put(own, logits[own])
    logits = logits.index_put((b['seen.moment'], b['seen.item']), (5 * w['head.seen'])[b['seen.last']], accumulate=True)
    loss = F.cross_entropy(logits, b['targets'])
    tall = normal * math.sqrt(d)
    for level in levels:
        scores = tall @ w[f'task.{level}'] + w[f'task.{level}.bias']
        loss = loss + config['categoryWeight'] / len(tall) * F.cross_entropy(scores, b[f'labels.{level}'], ignore_index=-1, reduction='sum')
    return loss


blas = re.search(r'BLAS_INFO=(\w+)', torch.__config__.show())
print(json.dumps({'torch': torch.__version__, 'threads': torch.get_num_threads(), 'device': torch.cuda.get_device_name() if device == 'cuda' else 'cpu', 'blas': blas.group(1) if blas else 'unknown'}), flush=True)
for line in sys.stdin:
    batch = batches[int(line)]
    started = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(batch)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(list(w.values()), config['clipNorm'])
    optimizer.step()
    print(json.dumps({'loss': loss.item(), 'ms': (time.perf_counter() - started) * 1000}), flush=True)
