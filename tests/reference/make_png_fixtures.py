#!/usr/bin/env python3
"""Makes png.json: PNG files of every kind, with their pixels as grey and as RGB by Pillow.

Files are written here, since Pillow writes neither interlaced files nor all bit depths. Alpha (or a transparent
colour) lays an image over black by Image.paste; colours become grey by convert("L"). Two things are done here before Pillow, which does them otherwise: it cuts 16-bit
samples to their high byte, where v / 257 is rounded here; and it compares a transparent grey with samples that are
spread to 8 bits already. Needs numpy and Pillow.

    python3 tests/reference/make_png_fixtures.py > tests/reference/fixtures/png.json
"""

import base64
import io
import json
import struct
import zlib

import numpy as np
from PIL import Image

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
WHOLE = [(0, 0, 1, 1)]
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
HEIGHT, WIDTH = 9, 11

random = np.random.RandomState(11)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pack_line(samples, depth):
    """One line of samples as bytes, the first sample in the high bits."""
    if depth == 16:
        return samples.astype(">u2").tobytes()
    bits = np.unpackbits(samples.astype(np.uint8).reshape(-1, 1), axis=1)[:, 8 - depth:]
    return np.packbits(bits.ravel()).tobytes()


def encode(samples, depth, kind, interlaced, chunks):
    """A PNG of samples [height, width, channels]; every line has filter 0 (none)."""
    height, width, _ = samples.shape
    lines = b""
    for top, left, down, right in ADAM7 if interlaced else WHOLE:
        for line in samples[top::down, left::right]:
            if line.size:
                lines += b"\0" + pack_line(line.ravel(), depth)
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    return b"".join([b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), *chunks, chunk(b"IDAT", zlib.compress(lines)),
                     chunk(b"IEND", b"")])


def over_black(image):
    """An image without alpha: RGB, or L if it has no colour."""
    is_grey = image.mode in ("1", "L", "LA")
    if image.mode in ("LA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
        black = Image.new("RGB", image.size)
        black.paste(image, mask=image.getchannel("A"))
        image = black
    return image.convert("L" if is_grey else "RGB")


def case(name, samples, depth, kind, interlaced=False, chunks=(), transparent=None):
    """`transparent`: the samples that the tRNS chunk among `chunks` makes transparent."""
    png = encode(samples, depth, kind, interlaced, chunks)
    image = Image.open(io.BytesIO(png))
    if depth == 16 or (transparent is not None and depth < 8):
        most = (1 << depth) - 1
        eight = ((2 * 255 * samples.astype(np.int64) + most) // (2 * most)).astype(np.uint8)
        if transparent is not None:
            seen = np.where((samples == transparent).all(axis=2), 0, 255).astype(np.uint8)
            eight = np.dstack([eight, seen])
        image = Image.fromarray(eight.squeeze(axis=2) if eight.shape[2] == 1 else eight,
                                {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[eight.shape[2]])
    image = over_black(image)
    return {"name": name, "png": base64.b64encode(png).decode(), "height": samples.shape[0],
            "width": samples.shape[1],
            "grey": np.asarray(image.convert("L")).ravel().tolist(),
            "rgb": np.asarray(image.convert("RGB")).ravel().tolist()}


def draw(depth, channels):
    return random.randint(0, 1 << depth, (HEIGHT, WIDTH, channels))


def transparency(*values):
    return chunk(b"tRNS", b"".join(struct.pack(">H", value) for value in values))


def cases():
    for depth in (1, 2, 4, 8, 16):
        for interlaced in (False, True):
            yield case(f"grey{depth}{interlaced}", draw(depth, 1), depth, GREY, interlaced)
        samples = draw(depth, 1)
        key = int(samples[3, 4, 0])
        yield case(f"grey{depth}_key", samples, depth, GREY, chunks=[transparency(key)], transparent=[key])
    for depth in (1, 2, 4, 8):
        colours = random.randint(0, 256, (1 << depth, 3)).astype(np.uint8)
        palette = chunk(b"PLTE", colours.tobytes())
        alpha = chunk(b"tRNS", random.randint(0, 256, min(1 << depth, 5)).astype(np.uint8).tobytes())
        for interlaced in (False, True):
            yield case(f"palette{depth}{interlaced}", draw(depth, 1), depth, PALETTE, interlaced, [palette])
        yield case(f"palette{depth}_alpha", draw(depth, 1), depth, PALETTE, chunks=[palette, alpha])
    for depth in (8, 16):
        for kind, name in ((RGB, "rgb"), (GREY_ALPHA, "grey_alpha"), (RGBA, "rgba")):
            for interlaced in (False, True):
                yield case(f"{name}{depth}{interlaced}", draw(depth, CHANNELS[kind]), depth, kind, interlaced)
        samples = draw(depth, 3)
        key = [int(value) for value in samples[2, 5]]
        yield case(f"rgb{depth}_key", samples, depth, RGB, chunks=[transparency(*key)], transparent=key)


def main():
    print("[\n" + ",\n".join(json.dumps(one) for one in cases()) + "\n]")


if __name__ == "__main__":
    main()
