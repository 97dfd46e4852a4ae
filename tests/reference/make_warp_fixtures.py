#!/usr/bin/env python3
"""Makes warp.json: images through affine transforms, by formulas in numpy, checked against OpenCV.

The forward matrix is that of albumentations about ((w - 1) / 2, (h - 1) / 2): shear along x, then y,
then OpenCV's getRotationMatrix2D with the shift added; inverted numerically. The interpolation is
exact bilinear with border 0; cv2.warpAffine rounds positions to 1/32 pixel, so that it may differ by
a few grey levels (by at most 7 in images whose neighbours may differ by 255), but not in orientation.
Needs numpy and opencv-python-headless.

    python3 tests/reference/make_warp_fixtures.py > tests/reference/fixtures/warp.json
"""

import json
import math

import cv2
import numpy as np

OPENCV_TOLERANCE = 7

CASES = [
    # height, width, shift_x, shift_y, scale, degrees, shear_x, shear_y
    (7, 7, 0.0, 0.0, 1.0, 90.0, 0.0, 0.0),
    (8, 6, 0.15, -0.1, 1.0, 0.0, 0.0, 0.0),
    (9, 9, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0),
    (10, 10, 0.0, 0.0, 1.2, 15.0, 0.0, 0.0),
    (9, 12, -0.12, 0.08, 1.13, -23.0, 0.0, 0.0),
    (6, 8, 0.9, 0.9, 0.7, 170.0, 0.0, 0.0),
    (9, 9, 0.0, 0.0, 1.0, 0.0, 20.0, 0.0),
    (9, 9, 0.0, 0.0, 1.0, 0.0, 0.0, -20.0),
    (12, 9, 0.07, -0.11, 0.9, 33.0, 25.0, 50.0),
]


def forward_matrix(height, width, shift_x, shift_y, scale, degrees, shear_x, shear_y):
    center = ((width - 1) / 2, (height - 1) / 2)
    rotated = np.vstack([cv2.getRotationMatrix2D(center, degrees, scale), [0, 0, 1]])
    rotated[:2, 2] += (shift_x * width, shift_y * height)
    to_center = np.array([[1, 0, center[0]], [0, 1, center[1]], [0, 0, 1]])
    along_x = np.array([[1, math.tan(math.radians(shear_x)), 0], [0, 1, 0], [0, 0, 1]])
    along_y = np.array([[1, 0, 0], [math.tan(math.radians(shear_y)), 1, 0], [0, 0, 1]])
    return rotated @ to_center @ along_y @ along_x @ np.linalg.inv(to_center)


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


def check_orientation(image, matrix, warped):
    by_opencv = cv2.warpAffine(image.astype(np.uint8), matrix[:2], image.shape[::-1], flags=cv2.INTER_LINEAR,
                               borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    assert np.abs(by_opencv - warped).max() <= OPENCV_TOLERANCE, np.abs(by_opencv - warped).max()


def main():
    random = np.random.RandomState(7)
    cases = []
    for case in CASES:
        height, width, shift_x, shift_y, scale, degrees, shear_x, shear_y = case
        image = random.randint(0, 256, (height, width))
        matrix = forward_matrix(*case)
        warped = warp(image, matrix)
        check_orientation(image, matrix, warped)
        cases.append({
            "height": height, "width": width, "shift_x": shift_x, "shift_y": shift_y, "scale": scale,
            "degrees": degrees, "shear_x": shear_x, "shear_y": shear_y, "input": image.ravel().tolist(),
            "output": [round(float(v), 6) for v in warped.ravel()],
        })
    print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")


if __name__ == "__main__":
    main()
