#!/usr/bin/env python3
"""Makes transforms.json: distortions, fields and values as albumentations, scipy and numpy make them.

grid: the map that albumentations 1.3 builds for given factors, caught on its way into cv2.remap.
smooth: scipy's Gaussian filter of given noise. pixel: brightness, gamma and contrast by their formulas.
displaced: an image through a given displacement field, by scipy's bilinear map_coordinates.
Needs albumentations==1.3.1, opencv-python-headless, numpy<2 and scipy.

    python3 tests/reference/make_transform_fixtures.py > tests/reference/fixtures/transforms.json
"""

import json
from unittest import mock

import albumentations.augmentations.functional as pixel_functional
import albumentations.augmentations.geometric.functional as functional
import numpy as np
from scipy import ndimage

RANDOM = np.random.RandomState(11)


def rounded(values, digits=6):
    return [round(float(v), digits) for v in np.ravel(values)]


def grid_case(height, width, steps, limit):
    columns = RANDOM.uniform(1 - limit, 1 + limit, steps + 1)
    rows = RANDOM.uniform(1 - limit, 1 + limit, steps + 1)
    caught = {}

    def remap(image, map1, map2, **_):
        caught.update(x=map1, y=map2)
        return image

    with mock.patch.object(functional.cv2, "remap", side_effect=remap):
        functional.grid_distortion(np.zeros((height, width), np.uint8), steps, columns, rows)
    # The map is separable: x is the same in every row, y in every column.
    assert (caught["x"] == caught["x"][0]).all() and (caught["y"].T == caught["y"][:, 0]).all()
    return {"column_factors": rounded(columns, 15), "row_factors": rounded(rows, 15),
            "columns": rounded(caught["x"][0]), "rows": rounded(caught["y"][:, 0])}


def smooth_case(height, width, sigma):
    noise = RANDOM.uniform(-1, 1, (height, width)).astype(np.float32)
    smoothed = ndimage.gaussian_filter(noise.astype(np.float64), sigma, mode="constant", cval=0)
    return {"height": height, "width": width, "sigma": sigma, "noise": rounded(noise, 9), "smoothed": rounded(smoothed)}


def displaced_case(height, width):
    image = RANDOM.randint(0, 256, (height, width))
    shift_x, shift_y = RANDOM.uniform(-3, 3, (2, height, width)).astype(np.float32)
    y, x = np.mgrid[:height, :width].astype(np.float64)
    # Padded, so that what lies between the last pixel and the border fades out instead of ending.
    moved = ndimage.map_coordinates(np.pad(image, 8).astype(np.float64), [y + shift_y + 8, x + shift_x + 8], order=1)
    return {"height": height, "width": width, "input": image.ravel().tolist(), "shift_x": rounded(shift_x, 9),
            "shift_y": rounded(shift_y, 9), "output": rounded(moved)}


def pixel_cases():
    image = RANDOM.randint(0, 256, (4, 5))
    cases = {
        "brightness": [(change, np.clip(image + 255 * change, 0, 255)) for change in (-0.3, 0.2, 8.5)],
        "gamma": [(power, 255 * (image / 255) ** power) for power in (0.5, 1.3)],
        "contrast": [(factor, np.clip(factor * image, 0, 255)) for factor in (0.4, 1.7, -0.5)],
    }
    # albumentations works on bytes, so that it may differ by one grey level.
    for power, output in cases["gamma"]:
        by_albumentations = pixel_functional.gamma_transform(image.astype(np.uint8), power)
        assert np.abs(by_albumentations - output).max() <= 1
    for change, output in cases["brightness"]:
        by_albumentations = pixel_functional.brightness_contrast_adjust(image.astype(np.uint8), 1, change, True)
        assert np.abs(by_albumentations - output).max() <= 1
    for factor, output in cases["contrast"]:
        by_albumentations = pixel_functional.brightness_contrast_adjust(image.astype(np.uint8), factor)
        assert np.abs(by_albumentations - output).max() <= 1
    return {"input": image.ravel().tolist(),
            **{kind: [{"parameter": parameter, "output": rounded(output)} for parameter, output in outputs]
               for kind, outputs in cases.items()}}


def main():
    fixtures = {
        "grid": [grid_case(28, 28, 5, 0.3), grid_case(30, 24, 5, 0.3), grid_case(6, 25, 5, 0.5), grid_case(9, 7, 1, 0.2)],
        "smooth": [smooth_case(9, 11, 0.7), smooth_case(12, 7, 3), smooth_case(5, 5, 20)],
        "displaced": [displaced_case(8, 9)],
        "pixel": pixel_cases(),
    }
    print("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in fixtures.items()) + "\n}")


if __name__ == "__main__":
    main()
