// What Tandem is measured against: the reference implementation of Socket.IO with the same wire, one
// room per grid, every edit acknowledged. It keeps its records in memory and checks nothing: no
// database, no schema, no conflicts.
//
//   node server.mjs per-edit     announces each edit by itself, as Socket.IO's documentation does
//   node server.mjs coalescing   announces together what one turn of the event loop has brought
//
// Prints {"port": …} when it listens, on loopback only.

import { createServer } from "node:http";
import { Server } from "socket.io";

const coalescing = process.argv[2] === "coalescing";
const EPOCH = "0000000000000000";

const http = createServer();
// WebSocket without compression is what Tandem speaks, too; 4.8 has it off by default.
const io = new Server(http, { serveClient: false, perMessageDeflate: false, pingInterval: 25_000 });
const grids = new Map();

function gridOf(id) {
  let grid = grids.get(id);
  if (grid === undefined) grids.set(id, (grid = { id, revision: 0, records: new Map(), waiting: [] }));
  return grid;
}

function announce(grid, changes) {
  const to = changes[changes.length - 1][0];
  io.to(`grid:${grid.id}`).emit("changes", {
    grid: grid.id,
    epoch: EPOCH,
    from: to - changes.length,
    to,
    changes,
  });
}

function tell(grid, change) {
  if (!coalescing) {
    announce(grid, [change]);
    return;
  }
  grid.waiting.push(change);
  if (grid.waiting.length === 1) {
    setImmediate(() => {
      announce(grid, grid.waiting);
      grid.waiting = [];
    });
  }
}

io.on("connection", (socket) => {
  const { user, name } = socket.handshake.auth;
  const author = { id: user ?? socket.id, name: name ?? "" };

  socket.on("join_grid", ({ grid: id }, answer) => {
    const grid = gridOf(id);
    socket.join(`grid:${id}`);
    answer({ ok: true, epoch: EPOCH, revision: grid.revision, count: grid.records.size });
  });

  socket.on("update_record", ({ grid: id, mutation_id, id: record, fields }, answer) => {
    const grid = gridOf(id);
    const stored = grid.records.get(record);
    if (stored === undefined) grid.records.set(record, { ...fields });
    else Object.assign(stored, fields);
    const revision = (grid.revision += 1);
    tell(grid, [revision, record, "update", fields, author, mutation_id]);
    const result = { mutation_id, status: "applied", id: record, epoch: EPOCH, revision, fields };
    answer({ ok: true, result });
  });
});

http.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: http.address().port })}\n`);
});
