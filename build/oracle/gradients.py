"""Writes tests/models/graph/fixtures/torch.json: outputs and gradients computed by PyTorch in float64.

Run: /path/to/python-with-torch build/oracle/gradients.py
Every case lists its inputs, the output, and the gradient of sum(output * weights) by each input. Inputs are rounded to float32 first.
"""
import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20221)
torch.set_default_dtype(torch.float64)
target = pathlib.Path(__file__).parents[2] / 'tests/models/graph/fixtures/torch.json'


def numbers(tensor):
    return {'dims': list(tensor.shape), 'data': [float('%.10g' % x) for x in tensor.detach().double().reshape(-1).tolist()]}


def draw(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).float().double().requires_grad_()


def case(name, function, **inputs):
    output = function(**inputs)
    weights = torch.randn(output.shape).float().double()
    floats = {key: value for key, value in inputs.items() if value.is_floating_point()}
    grads = torch.autograd.grad((output * weights).sum(), list(floats.values()))
    return {
        'name': name,
        'inputs': {key: numbers(value) for key, value in inputs.items()},
        'weights': numbers(weights),
        'output': numbers(output),
        'gradients': {key: numbers(grad) for key, grad in zip(floats, grads)},
    }


def encoder_layer(x, qkv, qkv_bias, out, out_bias, up, up_bias, down, down_bias, scale1, bias1, scale2, bias2, mask):
    """Post-norm transformer layer, 2 heads; mask [B, 1, 1, T] is added to the scores."""
    b, t, d = x.shape
    q, k, v = ((x @ qkv + qkv_bias).reshape(b, t, 3, 2, d // 2).permute(2, 0, 3, 1, 4))
    attention = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(d // 2) + mask, -1) @ v
    joined = attention.transpose(1, 2).reshape(b, t, d)
    x = F.layer_norm(x + joined @ out + out_bias, (d,), scale1, bias1)
    return F.layer_norm(x + torch.relu(x @ up + up_bias) @ down + down_bias, (d,), scale2, bias2)


def gru_cell(x, h, input_weights, hidden_weights, input_bias, hidden_bias):
    """Weights [3 h, in] in torch's order: reset, update, new."""
    return torch.gru_cell(x, h, input_weights, hidden_weights, input_bias, hidden_bias)


def corrected_cross_entropy(sessions, items, targets, correction):
    """logQ on negatives only (arXiv 2507.09331): every logit but the target's loses its item's correction."""
    logits = sessions @ items.T
    hit = F.one_hot(targets, items.shape[0]).bool()
    return F.cross_entropy(torch.where(hit, logits, logits - correction), targets, reduction='none')


def adam(initial, gradients, rate=0.01, decay=0.1, clip=1.0):
    weights = initial.clone().requires_grad_()
    optimizer = torch.optim.AdamW([weights], lr=rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=decay)
    steps = []
    for gradient in gradients:
        weights.grad = gradient.clone()
        norm = torch.nn.utils.clip_grad_norm_([weights], clip)
        optimizer.step()
        steps.append({'norm': norm.item(), 'weights': numbers(weights)})
    return {'rate': rate, 'weightDecay': decay, 'clipNorm': clip, 'initial': numbers(initial), 'gradients': [numbers(g) for g in gradients], 'steps': steps}


mask = torch.zeros(2, 1, 1, 4)
mask[1, 0, 0, 2:] = -1e9
mask.requires_grad_()
d = 6
cases = [
    case('layerNorm', lambda x, scale, bias: F.layer_norm(x, (8,), scale, bias), x=draw(3, 8), scale=draw(8), bias=draw(8)),
    case('softmax', lambda x: torch.softmax(x, -1), x=draw(3, 5, scale=3)),
    case('gelu', lambda x: F.gelu(x), x=draw(4, 4, scale=2)),
    case('logSumExp', lambda x: torch.logsumexp(x, -1), x=draw(3, 5, scale=9)),
    case('l2Normalize', lambda x: F.normalize(x, dim=-1), x=draw(3, 5)),
    case('crossEntropy', lambda logits, targets: F.cross_entropy(logits, targets, reduction='none'), logits=draw(5, 7, scale=3), targets=torch.tensor([0, 6, 3, 3, 1])),
    case('headCrossEntropy', lambda sessions, items, targets: F.cross_entropy(sessions @ items.T, targets, reduction='none'),
         sessions=draw(5, 4, scale=2), items=draw(11, 4), targets=torch.tensor([2, 10, 2, 2, 0])),
    case('embedding', lambda table, indices: F.embedding(indices, table), table=draw(5, 3), indices=torch.tensor([[1, 1, 4], [1, 0, 4]])),
    case('bags', lambda table, indices, offsets, tokenWeights: F.embedding_bag(indices, table, offsets, mode='sum', per_sample_weights=tokenWeights),
         table=draw(6, 3), indices=torch.tensor([0, 5, 5, 2, 0, 0, 1, 0]), offsets=torch.tensor([0, 3, 3, 4]), tokenWeights=draw(8)),
    case('gru', gru_cell, x=draw(3, 4), h=draw(3, 5), input_weights=draw(15, 4), hidden_weights=draw(15, 5), input_bias=draw(15), hidden_bias=draw(15)),
    case('encoderLayer', encoder_layer, x=draw(2, 4, d), qkv=draw(d, 3 * d, scale=0.5), qkv_bias=draw(3 * d), out=draw(d, d, scale=0.5), out_bias=draw(d),
         up=draw(d, 10, scale=0.5), up_bias=draw(10), down=draw(10, d, scale=0.5), down_bias=draw(d), scale1=draw(d), bias1=draw(d), scale2=draw(d), bias2=draw(d), mask=mask),
]
document = {
    'script': 'build/oracle/gradients.py',
    'torch': torch.__version__,
    'cases': cases,
    'adam': adam(torch.randn(10).float().double(), [torch.randn(10).float().double() * s for s in (0.1, 3.0, 0.5)]),
}
# Drawn last, so that the numbers above stay what they were.
document['cases'].append(
    case('correctedCrossEntropy', corrected_cross_entropy, sessions=draw(5, 4, scale=4), items=draw(11, 4), targets=torch.tensor([2, 10, 2, 2, 0]), correction=draw(11, scale=4)))
target.write_text(json.dumps(document, separators=(',', ':')) + '\n')
print(target, target.stat().st_size)
