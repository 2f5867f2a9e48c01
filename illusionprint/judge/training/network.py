"""A plain residual network, picture -> scores of subjects (He et al., Deep residual learning, 2016)."""

import torch
from torch import nn
from torch.nn import functional as F

WIDTHS = (32, 64, 128, 256)
DEPTHS = (1, 1, 2, 2)


class Block(nn.Module):
    """relu(x' + conv bn relu conv bn(x)); x' is x, or a strided 1 x 1 projection of it."""

    def __init__(self, before: int, width: int, stride: int):
        super().__init__()
        first, second = nn.Conv2d(before, width, 3, stride, 1, bias=False), nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.body = nn.Sequential(first, nn.BatchNorm2d(width), nn.ReLU(True), second, nn.BatchNorm2d(width))
        self.skip: nn.Module = nn.Identity()
        if before != width or stride != 1:
            self.skip = nn.Sequential(nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.skip(x) + self.body(x))


class Network(nn.Module):
    """float32 (b, 3, h, w) in [0, 1] -> scores (b, subjects); made for 48 x 48 pixels, any size goes."""

    def __init__(self, subjects: int, widths: tuple[int, ...] = WIDTHS, depths: tuple[int, ...] = DEPTHS):
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(True)]
        before = widths[0]
        for n, (width, depth) in enumerate(zip(widths, depths)):
            for k in range(depth):
                layers.append(Block(before, width, 2 if n and not k else 1))
                before = width
        self.body, self.head = nn.Sequential(*layers), nn.Linear(before, subjects)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # adaptive pooling: exported as a mean over two axes it comes out wrong in OpenCV 5.0
        return self.head(F.adaptive_avg_pool2d(self.body(4 * x - 2), 1).flatten(1))
