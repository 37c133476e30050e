/** The image pipeline in Python: Pillow's decoding and resizing, and PyTorch's ResNet-34. */
import { spawnSync } from "node:child_process"
import { python } from "./Peer.ts"

/** torchvision's transforms, written out: Resize(256), CenterCrop(224), ToTensor, Normalize. */
const pipeline = `
import sys, time
import numpy as np
from PIL import Image
MEAN, STD = np.array([.485, .456, .406], np.float32), np.array([.229, .224, .225], np.float32)
def prepare(file):
    image = Image.open(file).convert("RGB")
    w, h = image.size
    size = (256, 256 * h // w) if w <= h else (256 * w // h, 256)
    image = image.resize(size, Image.BILINEAR)
    left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) / 255
    return np.ascontiguousarray(((pixels - MEAN) / STD).transpose(2, 0, 1))
`

const decoding = `${pipeline}
from multiprocessing import Pool
def run(file):
    prepare(file)
if __name__ == "__main__":
    files, rounds = sys.argv[2:], int(sys.argv[1])
    with Pool(2) as pool:
        pool.map(run, files, 4)
        for _ in range(rounds):
            start = time.perf_counter()
            pool.map(run, files, 4)
            print(len(files) / (time.perf_counter() - start))
`

/**
 * The weights are read in the order of their names in the ONNX file; normalisation is folded into the convolutions,
 * as ONNX Runtime does.
 */
const embedding = `${pipeline}
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
torch.set_num_threads(1)
data, rounds, files = np.fromfile(sys.argv[1], np.float32), int(sys.argv[2]), sys.argv[3:]
at = 0
def take(*shape):
    global at
    size = int(np.prod(shape))
    at += size
    return torch.from_numpy(data[at - size:at].reshape(shape).copy())
def convolution(cin, cout, kernel, stride):
    conv, norm = nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(cout)
    conv.weight.data, norm.weight.data, norm.bias.data = take(cout, cin, kernel, kernel), take(cout), take(cout)
    norm.running_mean, norm.running_var = take(cout), take(cout)
    return fuse_conv_bn_eval(conv.eval(), norm.eval())
class Block(nn.Module):
    def __init__(self, cin, cout, stride):
        super().__init__()
        self.one, self.two = convolution(cin, cout, 3, stride), convolution(cout, cout, 3, 1)
        self.short = None if cin == cout else convolution(cin, cout, 1, stride)
    def forward(self, x):
        y = self.two(torch.relu(self.one(x)))
        return torch.relu(y + (x if self.short is None else self.short(x)))
layers, cin = [convolution(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
for stage, (channels, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
    for block in range(blocks):
        layers.append(Block(cin, channels, 2 if stage and not block else 1))
        cin = channels
net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
assert at == data.size, (at, data.size)
with torch.inference_mode():
    first = net(torch.from_numpy(prepare(files[0]))[None])[0]
    print(*[repr(float(v)) for v in first])
    for _ in range(rounds):
        start = time.perf_counter()
        for file in files:
            net(torch.from_numpy(prepare(file))[None])
        print(len(files) / (time.perf_counter() - start), flush=True)
`

const run = (file: string, program: string, args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { status, stderr, stdout } = spawnSync(file, ["-c", program, ...args], {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" }
  })
  if (status !== 0) throw new Error(`the Python peer failed: ${stderr}`)
  return stdout.trim().split("\n")
}

export interface PythonDecoding {
  readonly name: string
  /** Images a second on two processes, once for each round. */
  readonly rates: ReadonlyArray<number>
}

/** Undefined where there is no Pillow. */
export const pythonDecoding = (files: ReadonlyArray<string>, rounds: number): PythonDecoding | undefined => {
  const peer = python("PIL", "numpy")
  if (peer === undefined) return undefined
  return { name: peer.name, rates: run(peer.file, decoding, [String(rounds), ...files]).map(Number) }
}

export interface PythonEmbedding {
  readonly name: string
  /** The first file's embedding: proof that it is the same network. */
  readonly first: ReadonlyArray<number>
  /** Images a second on one thread, from file to embedding, once for each round. */
  readonly rates: ReadonlyArray<number>
}

/** Undefined where there is no PyTorch. `weights`: a file of all float32 values in the graph's order. */
export const pythonEmbedding = (
  weights: string,
  files: ReadonlyArray<string>,
  rounds: number
): PythonEmbedding | undefined => {
  const peer = python("torch", "PIL", "numpy")
  if (peer === undefined) return undefined
  const [first = "", ...rates] = run(peer.file, embedding, [weights, String(rounds), ...files])
  return { name: peer.name, first: first.split(" ").map(Number), rates: rates.map(Number) }
}
