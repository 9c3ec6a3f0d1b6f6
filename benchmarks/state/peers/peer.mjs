// Answers one JSON request a line with the milliseconds that a peer took: normalizr, or immer.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { enablePatches, produceWithPatches } from "immer";
import { normalize, denormalize, schema } from "normalizr";

enablePatches();
const listing = new schema.Entity("Listing");
const user = new schema.Entity("User", { listings: [listing] });
listing.define({ user });

function timed(task) {
  globalThis.gc();
  const start = performance.now();
  task();
  return performance.now() - start;
}

const jobs = {
  normalize({ file, times }) {
    const text = readFileSync(file, "utf8");
    const payloads = Array.from({ length: times }, () => JSON.parse(text));
    return timed(() => payloads.forEach((data) => normalize(data, [user]))) / times;
  },
  edits({ file, ids, times }) {
    let state = normalize(JSON.parse(readFileSync(file, "utf8")), [user]).entities;
    return timed(() => {
      for (let turn = 0; turn < times; turn++) {
        const id = ids[turn % ids.length];
        [state] = produceWithPatches(state, (draft) => {
          draft.Listing[id].price = -turn;
        });
      }
    }) / times;
  },
  denormalize({ file, id, times }) {
    const { entities } = normalize(JSON.parse(readFileSync(file, "utf8")), [user]);
    return timed(() => {
      for (let turn = 0; turn < times; turn++) denormalize(id, user, entities);
    }) / times;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(jobs[request.job](request)));
}
