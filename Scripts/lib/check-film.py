"""How far speech, mouth and captions are apart in a film; see Scripts/check-film."""
import glob
import json
import subprocess
import sys

import numpy

RATE = 16000
HIGHLIGHT = (255, 201, 77)


def run(arguments):
    return subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *arguments], check=True, stdout=subprocess.PIPE).stdout


def sound(path, start=0.0, seconds=None):
    window = ["-ss", str(start)] + (["-t", str(seconds)] if seconds else [])
    raw = run(["-i", path, *window, "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"])
    return numpy.frombuffer(raw, numpy.float32).astype(numpy.float64)


def frames(path, start, count, width, height, filters, pixel, channels):
    """Yields `count` pictures from frame `start` on."""
    # Counted from the first one: seeking goes by times, which the sound's priming moves.
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-vf",
               f"trim=start_frame={start}:end_frame={start + count},setpts=PTS-STARTPTS,{filters}",
               "-f", "rawvideo", "-pix_fmt", pixel, "-"]
    size = width * height * channels
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        while len(raw := process.stdout.read(size)) == size:
            yield numpy.frombuffer(raw, numpy.uint8).reshape(height, width, channels).astype(numpy.int32)


def speech_offset(film, scene, speech, rate):
    """Milliseconds by which the speech is heard late."""
    own = sound(speech)
    lead = min(0.2, scene["start_frame"] / rate)
    heard = sound(film, scene["start_frame"] / rate - lead, len(own) / RATE + 0.4 + lead)
    size = 1 << (len(own) + len(heard)).bit_length()
    product = numpy.fft.rfft(heard, size) * numpy.conj(numpy.fft.rfft(own, size))
    # Of equal weight at all frequencies below the codec's edge: a sharp peak, whatever loudness did.
    edge = int(6000 * size / RATE)
    product[edge:] = 0
    product[:edge] /= numpy.abs(product[:edge]) + 1e-9
    lag = int(numpy.argmax(numpy.fft.irfft(product, size)[: int(RATE * (lead + 0.4))]))
    return lag / RATE * 1000 - lead * 1000


def mouth_offset(film, scene, avatar, box, window=30):
    """Frames by which the face is seen late: of the whole scene, and the most of any second in which it moves."""
    left, top, width, height = box
    # Of the head, where nothing shows through.
    face = (int(width * 0.3) & ~1, int(height * 0.12) & ~1, int(width * 0.4) & ~1, int(height * 0.5) & ~1)
    x, y, w, h = face
    count = scene["frames"]
    seen = [f[:, :, 0] for f in frames(film, scene["start_frame"], count, w // 2, h // 2,
                                      f"crop={w}:{h}:{left + x}:{top + y},scale={w // 2}:{h // 2}", "gray", 1)]
    drawn = [f[:, :, 0] for f in frames(avatar, 0, count, w // 2, h // 2,
                                       f"crop={w}:{h}:{x}:{y},scale={w // 2}:{h // 2}", "gray", 1)]
    # The first frames are mixed with the scene before.
    first, last = 15, min(len(seen), len(drawn)) - 4
    shifts = list(range(-3, 4))
    costs = numpy.array([[numpy.mean((seen[n + d] - drawn[n]) ** 2) for d in shifts] for n in range(first, last)])
    whole = shifts[int(numpy.argmin(costs.sum(0)))]
    worst = 0
    for begin in range(0, len(costs) - window, window):
        part = costs[begin: begin + window].sum(0)
        # A second in which the face stands still tells nothing.
        if part.max() < 1.3 * part.min():
            continue
        shift = shifts[int(numpy.argmin(part))]
        if abs(shift) > abs(worst):
            worst = shift
    return whole, worst


def caption_offsets(film, scene, words, rate, size):
    """Frames by which each word lights up late, where a change of the light can be seen."""
    width, height = int(size[0] * 0.66) & ~1, int(size[1] * 0.34) & ~1
    top = size[1] - height
    place = []
    for picture in frames(film, scene["start_frame"], scene["frames"], width // 2, height // 2,
                          f"crop={width}:{height}:0:{top},scale={width // 2}:{height // 2}", "rgb24", 3):
        lit = (numpy.abs(picture - HIGHLIGHT).sum(2) < 90)
        ys, xs = numpy.nonzero(lit)
        place.append((xs.mean(), ys.mean()) if len(xs) > 12 else None)
    changes = [n for n in range(1, len(place)) if (place[n] is None) != (place[n - 1] is None)
               or (place[n] and place[n - 1] and (abs(place[n][0] - place[n - 1][0]) > 5
                                                   or abs(place[n][1] - place[n - 1][1]) > 5))]
    offsets = []
    for word in words[1:]:
        due = word["s"] * rate
        # What begins while the scene before still fades is not looked at.
        if due < 0.5 * rate or not changes:
            continue
        nearest = min(changes, key=lambda n: abs(n - due))
        offsets.append(nearest - due)
    return offsets


def main():
    film, node = sys.argv[1:]
    result = json.load(open(film + ".result.json"))
    digests = {a["id"]: a["sha256"] for a in result["assets"]}
    for path in glob.glob(node + "/projects/*/film.json"):
        document = json.load(open(path))
        named = {name: a["sha256"] for name, a in document["assets"].items()}
        if digests and all(named.get(name) == digest for name, digest in digests.items()):
            break
    else:
        sys.exit("check-film: no project of the node has the film's files")
    folder = path.rsplit("/", 1)[0] + "/"
    rate, size = document["output"]["fps"], document["output"]["size"]
    assets = {name: folder + a["path"] for name, a in document["assets"].items()}
    worst = {"speech": 0.0, "mouth": 0.0, "captions": 0.0}
    for scene, wanted in zip(result["scenes"], document["scenes"]):
        name = scene["id"]
        late = speech_offset(film, scene, assets[name + "-speech"], rate)
        line = f"{name}: speech {late:+.1f} ms"
        worst["speech"] = max(worst["speech"], abs(late) * rate / 1000)
        if name + "-avatar" in assets and assets[name + "-avatar"].endswith(".mov"):
            width, height = (int(s[:-2]) for s in wanted["avatar"]["size"])
            box = (round(size[0] * 0.8 - width / 2), size[1] - height, width, height)
            whole, most = mouth_offset(film, scene, assets[name + "-avatar"], box)
            line += f", mouth {whole:+d} frames ({most:+d} in its worst second)"
            worst["mouth"] = max(worst["mouth"], abs(whole), abs(most))
        if name + "-words" in assets:
            words = json.load(open(assets[name + "-words"]))["words"]
            offsets = numpy.abs(caption_offsets(film, scene, words, rate, size))
            if len(offsets):
                line += f", captions {numpy.max(offsets):.1f} frames at most, {len(offsets)} words"
                worst["captions"] = max(worst["captions"], float(numpy.max(offsets)))
        print(line)
    print(json.dumps({"frames_off_at_most": {k: round(v, 2) for k, v in worst.items()}}))
    sys.exit(1 if max(worst.values()) > 1 else 0)


main()
