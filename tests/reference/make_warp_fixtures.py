#!/usr/bin/env python3
"""Makes warp.json: images through ShiftScaleRotate, by albumentations 1.3's formulas in numpy.

The forward matrix is OpenCV's getRotationMatrix2D about ((w - 1) / 2, (h - 1) / 2) with the shift
added, inverted numerically; the interpolation is exact bilinear with border 0 (cv2.warpAffine rounds
positions to 1/32 pixel, which this does not). Needs numpy.

    python3 tests/reference/make_warp_fixtures.py > tests/reference/fixtures/warp.json
"""

import json
import math

import numpy as np

CASES = [
    # height, width, shift_x, shift_y, scale, degrees
    (7, 7, 0.0, 0.0, 1.0, 90.0),
    (8, 6, 0.15, -0.1, 1.0, 0.0),
    (9, 9, 0.0, 0.0, 0.8, 0.0),
    (10, 10, 0.0, 0.0, 1.2, 15.0),
    (9, 12, -0.12, 0.08, 1.13, -23.0),
    (6, 8, 0.9, 0.9, 0.7, 170.0),
]


def forward_matrix(height, width, shift_x, shift_y, scale, degrees):
    center_x, center_y = (width - 1) / 2, (height - 1) / 2
    alpha = scale * math.cos(math.radians(degrees))
    beta = scale * math.sin(math.radians(degrees))
    return np.array([
        [alpha, beta, (1 - alpha) * center_x - beta * center_y + shift_x * width],
        [-beta, alpha, beta * center_x + (1 - alpha) * center_y + shift_y * height],
        [0, 0, 1],
    ])


def warp(image, matrix):
    height, width = image.shape
    inverse = np.linalg.inv(matrix)
    out = np.zeros((height, width))

    def pixel(y, x):
        return float(image[y, x]) if 0 <= y < height and 0 <= x < width else 0.0

    for y in range(height):
        for x in range(width):
            source_x, source_y, _ = inverse @ np.array([x, y, 1.0])
            left, top = math.floor(source_x), math.floor(source_y)
            to_right, to_bottom = source_x - left, source_y - top
            out[y, x] = ((1 - to_bottom) * ((1 - to_right) * pixel(top, left)
                                            + to_right * pixel(top, left + 1))
                         + to_bottom * ((1 - to_right) * pixel(top + 1, left)
                                        + to_right * pixel(top + 1, left + 1)))
    return out


def main():
    random = np.random.RandomState(7)
    cases = []
    for height, width, shift_x, shift_y, scale, degrees in CASES:
        image = random.randint(0, 256, (height, width))
        warped = warp(image, forward_matrix(height, width, shift_x, shift_y, scale, degrees))
        cases.append({
            "height": height, "width": width, "shift_x": shift_x, "shift_y": shift_y,
            "scale": scale, "degrees": degrees, "input": image.ravel().tolist(),
            "output": [round(float(v), 6) for v in warped.ravel()],
        })
    print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")


if __name__ == "__main__":
    main()
