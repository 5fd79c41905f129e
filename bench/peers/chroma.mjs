// Chroma's own server out of its npm package, asked by its own client. A collection for each ef: the
// setting can be changed later, but the search of a loaded collection doesn't follow.
//
// ATTUNE_CHROMA_LIBC  folder of a newer C library, where the system's is older than the server's 2.39
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { Run, folderBytes, need, unavailable } from './common.mjs';

const BATCH = 1_000;
const START_MILLIS = 60_000;
const { ChromaClient } = await need('chromadb');
const run = new Run();
const space = { cosine: 'cosine', dot_product: 'ip', euclidean: 'l2' }[run.similarity];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'attune-chroma-'));

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function start(port) {
  const entry = createRequire(import.meta.url).resolve('chromadb');
  const cli = path.join(path.dirname(entry), '..', 'cli.mjs');
  const script = fs.existsSync(cli) ? cli : path.join(path.dirname(entry), 'cli.mjs');
  const words = [script, 'run', '--path', path.join(folder, 'data'), '--host', '127.0.0.1', '--port', String(port)];
  const libc = process.env.ATTUNE_CHROMA_LIBC;
  const env = { ...process.env, RAYON_NUM_THREADS: '1', ANONYMIZED_TELEMETRY: 'False', DO_NOT_TRACK: '1' };
  const stdio = ['ignore', 'ignore', fs.openSync(path.join(folder, 'log'), 'w')];
  if (!libc) return spawn(process.execPath, words, { env, stdio });
  const loader = [path.join(libc, 'ld-linux-x86-64.so.2'), '--library-path', `${libc}:/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu`];
  return spawn(loader[0], [...loader.slice(1), process.execPath, ...words], { env, stdio });
}

async function answers(client, server) {
  for (const end = Date.now() + START_MILLIS; Date.now() < end && server.exitCode === null; ) {
    try {
      await client.heartbeat();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return false;
}

function cpuSeconds(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function fill(client, ef) {
  const collection = await client.createCollection({
    name: `bench-${ef}`,
    embeddingFunction: null,
    configuration: {
      hnsw: { space, max_neighbors: run.m, ef_construction: run.efConstruction, ef_search: ef, num_threads: 1 },
    },
  });
  for (let from = 0; from < run.base.length; from += BATCH) {
    const batch = run.base.slice(from, from + BATCH);
    await collection.add({
      ids: batch.map((_, i) => String(from + i)),
      embeddings: batch.map((vector) => Array.from(vector)),
    });
  }
  // The first query puts what was logged into the graph.
  await collection.query({ queryEmbeddings: [Array.from(run.queries[0])], nResults: run.k });
  return collection;
}

const port = await freePort();
const server = start(port);
let reason = null;
try {
  const client = new ChromaClient({ host: '127.0.0.1', port, ssl: false });
  if (!(await answers(client, server))) {
    const log = fs.readFileSync(path.join(folder, 'log'), 'utf8');
    const missing = /version `(GLIBC_[\d.]+)' not found/.exec(log);
    reason = missing
      ? `its server asks for ${missing[1]}, which this system's C library does not have; install it with: ` +
        'libc6, libstdc++6 and libgcc-s1 of Debian 13 unpacked (dpkg-deb -x) into a folder of their own, ' +
        'and ATTUNE_CHROMA_LIBC=FOLDER/usr/lib/x86_64-linux-gnu'
      : `its server does not start; install it with: npm install (in bench/peers)`;
  } else {
    for (const ef of run.efs) {
      const collection = await run.build(() => fill(client, ef), () => cpuSeconds(server.pid));
      run.diskBytes = folderBytes(path.join(folder, 'data'));
      const parameters = { plan: 'graph', ef, m: run.m, ef_construction: run.efConstruction };
      await run.measure(
        'chroma',
        parameters,
        async (vector) => {
          const found = await collection.query({
            queryEmbeddings: [Array.from(vector)],
            nResults: run.k,
            include: ['distances'],
          });
          return found.ids[0];
        },
        server.pid,
      );
      await client.deleteCollection({ name: `bench-${ef}` });
    }
  }
} finally {
  // SIGTERM leaves this server running.
  server.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
}
if (reason) unavailable(reason);
