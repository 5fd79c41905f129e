// usearch with 32-bit floats. Its binding takes ef only when an index is made, so each ef is a load of
// what was saved once.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Run, need } from './common.mjs';

const { default: usearch } = await need('usearch');
const run = new Run();
const metric = { cosine: 'ip', dot_product: 'ip', euclidean: 'l2sq' }[run.similarity];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'attune-usearch-'));
const file = path.join(folder, 'index');
const create = (ef) =>
  new usearch.Index({
    metric,
    dimensions: run.dimension,
    connectivity: run.m,
    quantization: 'f32',
    expansion_add: run.efConstruction,
    expansion_search: ef,
    multi: false,
  });
try {
  await run.build(() => {
    const index = create(run.k);
    run.base.forEach((vector, row) => index.add(BigInt(row), vector));
    index.save(file);
  });
  run.diskBytes = fs.statSync(file).size;
  for (const ef of run.efs) {
    const index = create(ef);
    index.load(file);
    const parameters = { plan: 'graph', ef, m: run.m, ef_construction: run.efConstruction };
    await run.measure('usearch', parameters, (vector) => index.search(vector, run.k, 1).keys);
  }
} finally {
  fs.rmSync(folder, { recursive: true });
}
