// What the JavaScript peers share; the same contract as common.py.
import fs from 'node:fs';
import { parseArgs } from 'node:util';

const UNAVAILABLE = 69;
const TIE = 1e-5;

export function unavailable(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(UNAVAILABLE);
}

/** Imports a package, or ends with what would install it. */
export async function need(name) {
  try {
    return await import(name);
  } catch (error) {
    return unavailable(`${String(error.message).split('\n')[0]}; install it with: npm install (in bench/peers)`);
  }
}

function rows(path, Kind) {
  const bytes = fs.readFileSync(path);
  const width = bytes.readInt32LE(0);
  const stride = 4 + 4 * width;
  return Array.from({ length: bytes.length / stride }, (_, i) => {
    const from = bytes.byteOffset + i * stride + 4;
    return new Kind(bytes.buffer.slice(from, from + 4 * width));
  });
}

function unit(vector) {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => x / length);
}

export function rssBytes(pid = 'self') {
  const match = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  return match ? Number(match[1]) * 1024 : null;
}

export function folderBytes(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(`${entry.parentPath ?? entry.path}/${entry.name}`).size, 0);
}

export class Run {
  constructor() {
    const names = ['base', 'query', 'groundtruth', 'k', 'ef', 'similarity', 'rounds', 'warmup', 'm', 'ef-construction'];
    const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
    for (const name of names) {
      if (values[name] === undefined) throw new Error(`--${name} is missing`);
    }
    this.k = Number(values.k);
    this.efs = [...new Set(values.ef.split(',').map((ef) => Math.max(Number(ef), this.k)))].sort((a, b) => a - b);
    this.similarity = values.similarity;
    this.rounds = Number(values.rounds);
    this.warmup = Number(values.warmup);
    this.m = Number(values.m);
    this.efConstruction = Number(values['ef-construction']);
    this.base = rows(values.base, Float32Array);
    this.queries = rows(values.query, Float32Array);
    this.truth = rows(values.groundtruth, Int32Array).map((row) => row.subarray(0, this.k));
    if (this.similarity === 'cosine') {
      this.base = this.base.map(unit);
      this.queries = this.queries.map(unit);
    }
    this.diskBytes = null;
    this.warm = false;
  }

  get dimension() {
    return this.base[0].length;
  }

  /** @param cpu seconds of processor time that the index has used, if not this process */
  async build(make, cpu = () => Object.values(process.cpuUsage()).reduce((a, b) => a + b) / 1e6) {
    const start = performance.now();
    const before = cpu();
    const index = await make();
    this.buildSeconds = (performance.now() - start) / 1000;
    this.buildCpuSeconds = cpu() - before;
    return index;
  }

  /** search(vector) gives row numbers, at once or by a promise. */
  async measure(engine, parameters, search, pid = 'self') {
    if (!this.warm) {
      for (const end = performance.now() + 1000 * this.warmup; performance.now() < end; ) {
        for (const query of this.queries.slice(0, 10)) await search(query);
      }
      this.warm = true;
    }
    const answers = [];
    for (const query of this.queries) answers.push(Array.from(await search(query), Number));
    const recall = answers.reduce((sum, answer, q) => sum + this.share(q, answer), 0) / answers.length;
    let best = null;
    for (let round = 0; round < this.rounds; round++) {
      const micros = new Float64Array(this.queries.length);
      const start = performance.now();
      for (let q = 0; q < this.queries.length; q++) {
        const before = performance.now();
        const answer = search(this.queries[q]);
        if (answer instanceof Promise) await answer;
        micros[q] = (performance.now() - before) * 1000;
      }
      const wall = (performance.now() - start) / 1000;
      micros.sort();
      const middle = micros.length >> 1;
      if (best === null || micros[middle] < best.micros[middle]) best = { micros, wall };
    }
    this.report(engine, parameters, recall, best, pid);
  }

  share(q, answer) {
    const nearest = new Set(this.truth[q]);
    // As close as the last true neighbour counts: which duplicate is the true one is chance.
    const needed = this.closeness(q, this.truth[q].at(-1));
    const found = answer.filter(
      (row) => nearest.has(row) || this.closeness(q, row) >= needed - TIE * Math.abs(needed),
    ).length;
    return Math.min(found, nearest.size) / nearest.size;
  }

  closeness(q, row) {
    const [a, b] = [this.queries[q], this.base[row]];
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += this.similarity === 'euclidean' ? -((a[i] - b[i]) ** 2) : a[i] * b[i];
    return sum;
  }

  report(engine, parameters, recall, best, pid) {
    const round = (value, digits) => Number(value.toFixed(digits));
    const n = best.micros.length;
    const line = {
      engine,
      n: this.base.length,
      d: this.dimension,
      parameters: { k: this.k, ...parameters, threads: 1, similarity: this.similarity },
      build_s: round(this.buildSeconds, 3),
      build_cpu_s: round(this.buildCpuSeconds, 3),
      disk_bytes: this.diskBytes,
      heap_bytes: null,
      rss_bytes: rssBytes(pid),
      recall: round(recall, 5),
      qps: round(n / best.wall, 1),
      p50_us: round(best.micros[n >> 1], 2),
      p99_us: round(best.micros[Math.min(n - 1, Math.floor(0.99 * n))], 2),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
