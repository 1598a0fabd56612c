import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { connect, takeKey, type KeptMutation, type RecordView } from "tandem-client";
import { ClientContext, useConnection, useGrid, type GridInUse } from "tandem-client/react";

// Outside React, which mounts twice: one connection, whatever is rendered.
const client = connect({ url: import.meta.env["VITE_TANDEM"] ?? "http://localhost:8080", key: takeKey() });

function ToDo() {
  const { status, error } = useConnection().status;
  const tasks = useGrid("tasks", {
    filter: { join: "and", of: [{ field: "status", op: "none_of", value: ["done"] }] },
  });
  const { title, state, count, records, unsent, notSaved, problem, add } = tasks;
  return (
    <>
      <h1>{title}</h1>
      <p role="status">
        {status} · {state} · {count} to do · {unsent} not sent
      </p>
      {status !== "live" && error && <p role="alert">{error}</p>}
      {problem && <p role="alert">{problem}</p>}
      <form
        action={(form) => {
          add({ title: String(form.get("title")) });
        }}
      >
        <input name="title" aria-label="New task" required /> <button>Add</button>
      </form>
      <ul aria-label="To do">
        {records.map((task) => (
          <Task key={task.id} task={task} {...tasks} />
        ))}
      </ul>
      <ul aria-label="Not saved">
        {notSaved.map((edit) => (
          <NotSaved key={edit.mutationId} edit={edit} {...tasks} />
        ))}
      </ul>
    </>
  );
}

function Task({ task, update }: { readonly task: RecordView } & Pick<GridInUse, "update">) {
  return (
    <li className={task.state}>
      {String(task.fields["title"])} <button onClick={() => update(task.id, { status: "done" })}>Done</button>
    </li>
  );
}

/** Somebody else was first, or the server's rules refuse it: nothing is lost until its user has said what is right. */
function NotSaved({
  edit,
  retry,
  settle,
}: { readonly edit: KeptMutation } & Pick<GridInUse, "retry" | "settle">) {
  return (
    <li>
      {JSON.stringify(edit.fields)}: {edit.error.message}{" "}
      <button onClick={() => retry(edit.mutationId)}>Save mine</button>{" "}
      <button onClick={() => settle(edit.mutationId)}>Discard</button>
    </li>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <ClientContext value={client}>
      <ToDo />
    </ClientContext>
  </StrictMode>,
);
