// LanceDB embedded in node: HNSW with scalar quantisation in one partition, the best hits rescored from
// the full vectors (its refine factor of 4).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Run, folderBytes, need } from './common.mjs';

process.env.LANCE_CPU_THREADS = '1';
const REFINE = 4;
const BATCH = 10_000;
const lancedb = await need('@lancedb/lancedb');
const arrow = await need('apache-arrow');
const run = new Run();
const distanceType = { cosine: 'cosine', dot_product: 'dot', euclidean: 'l2' }[run.similarity];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'attune-lancedb-'));

function table(from, to) {
  const item = new arrow.Field('item', new arrow.Float32(), true);
  const fields = [
    new arrow.Field('id', new arrow.Int32(), false),
    new arrow.Field('vector', new arrow.FixedSizeList(run.dimension, item), false),
  ];
  const schema = new arrow.Schema(fields);
  const length = to - from;
  const flat = new Float32Array(length * run.dimension);
  run.base.slice(from, to).forEach((vector, i) => flat.set(vector, i * run.dimension));
  const ids = arrow.makeData({ type: new arrow.Int32(), data: Int32Array.from({ length }, (_, i) => from + i) });
  const child = arrow.makeData({ type: new arrow.Float32(), data: flat });
  const vectors = arrow.makeData({ type: fields[1].type, length, nullCount: 0, child });
  const children = [ids, vectors];
  const data = arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children });
  return new arrow.Table([new arrow.RecordBatch(schema, data)]);
}

try {
  const rows = await run.build(async () => {
    const db = await lancedb.connect(folder);
    const created = await db.createTable('rows', table(0, Math.min(BATCH, run.base.length)));
    for (let from = BATCH; from < run.base.length; from += BATCH) {
      await created.add(table(from, Math.min(run.base.length, from + BATCH)));
    }
    const config = lancedb.Index.hnswSq({
      distanceType,
      numPartitions: 1,
      m: run.m,
      efConstruction: run.efConstruction,
    });
    await created.createIndex('vector', { config });
    return created;
  });
  run.diskBytes = folderBytes(folder);
  for (const ef of run.efs.filter((value) => value >= run.k * REFINE)) {
    const parameters = { plan: 'graph', ef, m: run.m, ef_construction: run.efConstruction, refine: REFINE };
    await run.measure('lancedb', parameters, async (vector) => {
      const query = rows.query().nearestTo(vector).distanceType(distanceType).nprobes(1).ef(ef).refineFactor(REFINE);
      const found = await query.select(['id', '_distance']).limit(run.k).toArrow();
      return found.getChild('id').toArray();
    });
  }
} finally {
  fs.rmSync(folder, { recursive: true });
}
