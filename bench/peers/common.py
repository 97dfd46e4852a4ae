"""Shared by the peer benchmarks: data, the seed net, the mini net, loss, augmentation.

mini net (240,922 params, see `python common.py`): conv3x3(1->16) BN SiLU, conv3x3(16->16) BN SiLU, maxpool2, dropout .2,
conv3x3(16->32) BN SiLU, conv3x3(32->32) BN SiLU, maxpool2, dropout .2, conv3x3(32->64) BN SiLU, SE(64, r=2), dropout .2,
flatten(3136), linear(3136->64) BN SiLU, linear(64->10).  Convs have bias, padding 1; BN eps 1e-3 momentum .01;
Kaiming-normal init; symmetric cross-entropy loss (CE + RCE); RMSprop(alpha .9, eps 1e-7).
"""
import gzip, math, os
import numpy as np
import torch, torch.nn as nn, torch.nn.functional as F
from common_noise import emit

DATA = os.environ.get("KANNADA", ".")  # the folder of the six files


def idx(path):
    b = gzip.open(path).read()
    nd = b[3]
    dims = [int.from_bytes(b[4 + 4 * i:8 + 4 * i], "big") for i in range(nd)]
    return np.frombuffer(b, np.uint8, offset=4 + 4 * nd).reshape(dims)


def load(name, d=DATA):
    f = {"train": "kannada_MNIST_train", "test": "kannada_MNIST_test", "dig": "dig_MNIST"}[name]
    return idx(f"{d}/X_{f}-idx3-ubyte.gz"), idx(f"{d}/y_{f}-idx1-ubyte.gz")


def cba(i, o):
    return [nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o, eps=1e-3, momentum=0.01), nn.SiLU()]


class SE(nn.Module):
    def __init__(s, c, r=2):
        super().__init__()
        s.a, s.b = nn.Linear(c, c // r), nn.Linear(c // r, c)

    def forward(s, x):
        w = torch.sigmoid(s.b(F.silu(s.a(x.mean((2, 3))))))
        return x * w[:, :, None, None]


def init(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu"); nn.init.zeros_(m.bias)
    return net


def seed_net(w=1.0):
    c1, c2, c3 = int(64 * w), int(128 * w), int(256 * w)
    return init(nn.Sequential(
        *cba(1, c1), *cba(c1, c1), *cba(c1, c1), nn.MaxPool2d(2), nn.Dropout(0.2),
        *cba(c1, c2), *cba(c2, c2), *cba(c2, c2), nn.MaxPool2d(2), nn.Dropout(0.2),
        *cba(c2, c3), SE(c3), *cba(c3, c3), nn.Dropout(0.2), nn.Flatten(),
        nn.Linear(c3 * 49, 256), nn.BatchNorm1d(256, eps=1e-3, momentum=0.01), nn.SiLU(),
        nn.Linear(256, 128), nn.BatchNorm1d(128, eps=1e-3, momentum=0.01), nn.SiLU(),
        nn.Linear(128, 10)))


def mini_net():
    return init(nn.Sequential(
        *cba(1, 16), *cba(16, 16), nn.MaxPool2d(2), nn.Dropout(0.2),
        *cba(16, 32), *cba(32, 32), nn.MaxPool2d(2), nn.Dropout(0.2),
        *cba(32, 64), SE(64), nn.Dropout(0.2), nn.Flatten(),
        nn.Linear(3136, 64), nn.BatchNorm1d(64, eps=1e-3, momentum=0.01), nn.SiLU(), nn.Linear(64, 10)))


NETS = {"seed": seed_net, "seed0.25": lambda: seed_net(0.25), "mini": mini_net}


def sce(logits, y, eps=1e-7):
    p = F.softmax(logits.float(), 1).clamp(eps, 1.0)
    oh = F.one_hot(y, 10).float()
    return -(oh * p.log()).sum(1).mean() - (p * oh.clamp(eps, 1.0).log()).sum(1).mean()


def rmsprop(net, lr):
    return torch.optim.RMSprop(net.parameters(), lr=lr, alpha=0.9, eps=1e-7)


def affine_batch(x, p=0.5, shift=0.15, scale=0.2, rot=15.0):
    n = x.shape[0]
    on = (torch.rand(n) < p).float()
    a = (torch.rand(n) * 2 - 1) * rot * math.pi / 180 * on
    s = 1 + (torch.rand(n) * 2 - 1) * scale * on
    tx, ty = (torch.rand(n) * 2 - 1) * shift * 2 * on, (torch.rand(n) * 2 - 1) * shift * 2 * on
    c, d = torch.cos(a) / s, torch.sin(a) / s
    th = torch.stack([torch.stack([c, d, tx], 1), torch.stack([-d, c, ty], 1)], 1)
    return F.grid_sample(x, F.affine_grid(th, x.shape, align_corners=False), align_corners=False)


def albu():
    import albumentations as A, cv2
    cv2.setNumThreads(0)
    return A.Compose([A.ShiftScaleRotate(scale_limit=0.2, rotate_limit=15, shift_limit=0.15, p=0.5, border_mode=0)])


def to_f(x):
    return torch.from_numpy(x.astype(np.float32) / 255.0)[:, None]


if __name__ == "__main__":
    for k, f in NETS.items():
        print(k, sum(p.numel() for p in f().parameters()), "params")
