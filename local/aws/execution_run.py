"""Walk an execution through its states, knowing at any moment where it stands.

ministack's own walk starts at ``StartAt`` and forgets everything but the events.
This one keeps in the execution's record, which is saved with the rest of the
state, what a redrive or a restart needs to go on:

* ``position``: the state being run, its input, the variables at that moment;
* ``finishedBranches``: the results of the items of an inline Map, or branches of
  a Parallel, that are done within that state;
* ``definition``: a running execution keeps the definition it was started with.
"""

import contextvars
import copy
import json
import threading
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

Record = dict[str, Any]

_current: contextvars.ContextVar["Run | None"] = contextvars.ContextVar("current_run", default=None)
_branch: contextvars.ContextVar[str] = contextvars.ContextVar("branch", default="")

# A stop, a time-out and the walk itself may close an execution at the same moment.
_closing = threading.Lock()


class NoLongerCurrent(BaseException):
    """The execution was stopped, or redriven meanwhile: this run must do nothing more.

    A BaseException, because ministack catches Exception around each Map item and
    would count it as a failed one.
    """


class Run:
    """One walk over one execution: the first one, or that of a redrive."""

    def __init__(self, execution: Record) -> None:
        self.execution = execution
        self._redrive_count = execution.get("redriveCount", 0)
        # What an earlier run has finished may be used once: a Retry of the whole
        # Map state starts all its items again.
        self._reusable: Record = dict(execution.get("finishedBranches") or {})
        self._lock = threading.Lock()

    @property
    def is_current(self) -> bool:
        """Whether the execution is still this run's to change."""
        running: bool = self.execution["status"] == "RUNNING"
        return running and bool(self.execution.get("redriveCount", 0) == self._redrive_count)

    def walk(self) -> None:
        """Run state after state until the execution succeeds, fails or is stopped."""
        _current.set(self)
        try:
            output = self._walk_states()
        except NoLongerCurrent:
            return
        except stepfunctions._ExecutionError as error:
            self._close("FAILED", "ExecutionFailed", error=error.error, cause=error.cause)
        except Exception as error:
            stepfunctions.logger.exception("Execution %s", self.execution["executionArn"])
            self._close("FAILED", "ExecutionFailed", error="States.Runtime", cause=str(error))
        else:
            self._close("SUCCEEDED", "ExecutionSucceeded", output=json.dumps(output))

    def take_finished(self, branch: str) -> tuple[bool, Any]:
        """Return (True, result) if an earlier run finished this branch, once."""
        with self._lock:
            if branch not in self._reusable:
                return False, None
            return True, copy.deepcopy(self._reusable.pop(branch))

    def remember_finished(self, branch: str, result: Any) -> None:
        """Keep a branch's result in case the state as a whole fails."""
        with self._lock:
            # A new dictionary each time: the old one may be being saved.
            finished = self.execution.get("finishedBranches") or {}
            self.execution["finishedBranches"] = {**finished, branch: copy.deepcopy(result)}

    def _walk_states(self) -> Any:
        definition = json.loads(self._definition())
        states = definition["States"]
        context = self._context(definition)

        position = self.execution.get("position")
        resuming = position is not None
        if position is None:
            name, value = definition["StartAt"], json.loads(self.execution["input"])
        else:
            name, value = position["state"], copy.deepcopy(position["input"])
            context["variables"] = copy.deepcopy(position["variables"])

        while name is not None:
            if not self.is_current:
                raise NoLongerCurrent
            state = states.get(name)
            if state is None:
                raise stepfunctions._ExecutionError("States.Runtime", f"State '{name}' is not in the definition")
            if not resuming:
                self._enter(name, state, value, context)
            resuming = False
            value, next_name = self._run_state(name, state, value, context)
            if not self.is_current:
                raise NoLongerCurrent
            self._event(f"{state['Type']}StateExited", "stateExited", name=name, output=json.dumps(value))
            name = next_name
        return value

    def _definition(self) -> str:
        definition: str | None = self.execution.get("definition")
        if definition is None:
            machine = stepfunctions._state_machines.get(self.execution["stateMachineArn"])
            if machine is None:
                raise stepfunctions._ExecutionError("States.Runtime", "The state machine no longer exists")
            definition = machine["definition"]
            self.execution["definition"] = definition
        return definition

    def _context(self, definition: Record) -> Record:
        """The context object, and beside it what ministack's state handlers look for there."""
        execution = self.execution
        machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) or {}
        context: Record = {
            "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
            "Execution": {
                "Id": execution["executionArn"],
                "Input": json.loads(execution["input"]),
                "Name": execution["name"],
                "RoleArn": machine.get("roleArn", ""),
                "StartTime": execution["startDate"],
                "RedriveCount": self._redrive_count,
            },
            "StateMachine": {
                "Id": execution["stateMachineArn"],
                "Name": execution["stateMachineArn"].rsplit(":", 1)[-1],
            },
            "variables": {},
        }
        if execution.get("redriveDate"):
            context["Execution"]["RedriveTime"] = execution["redriveDate"]
        return context

    def _enter(self, name: str, state: Record, value: Any, context: Record) -> None:
        self._reusable = {}
        self.execution["finishedBranches"] = {}
        self.execution["position"] = {
            "state": name,
            "input": copy.deepcopy(value),
            "variables": copy.deepcopy(context["variables"]),
        }
        self._event(f"{state['Type']}StateEntered", "stateEntered", name=name, input=json.dumps(value))

    def _run_state(self, name: str, state: Record, value: Any, context: Record) -> tuple[Any, str | None]:
        context["State"] = {"Name": name, "EnteredTime": stepfunctions.now_iso(), "RetryCount": 0}
        match state["Type"]:
            case "Task":
                result = stepfunctions._execute_task(state, value, self.execution, context)
            case "Map":
                result = stepfunctions._execute_map(state, value, self.execution, context)
            case "Parallel":
                result = stepfunctions._execute_parallel(state, value, self.execution, context)
            case "Pass":
                result = stepfunctions._execute_pass(state, value, context)
            case "Choice":
                result = stepfunctions._execute_choice(state, value, context)
            case "Wait":
                result = stepfunctions._execute_wait(state, value, context)
            case "Succeed":
                result = self._succeed(state, value, context), None
            case "Fail":
                raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, value, context))
            case unknown:
                raise stepfunctions._ExecutionError("States.Runtime", f"Unknown state type {unknown}")
        output, next_name = result
        return output, next_name

    @staticmethod
    def _succeed(state: Record, value: Any, context: Record) -> Any:
        if stepfunctions._state_query_language(state, context) == "JSONata":
            return stepfunctions._apply_jsonata_output(state, value, context, default=value)
        value = stepfunctions._apply_input_path(state, value, context)
        return stepfunctions._apply_output_path(state, value, context)

    def _close(self, status: str, event: str, **result: Any) -> None:
        with _closing:
            if not self.is_current:
                return
            self.execution.update(result, status=status, stopDate=stepfunctions.now_iso())
            if status == "SUCCEEDED":
                # A success cannot be redriven: what a redrive needs only costs memory.
                self.execution.update(position=None, finishedBranches={})
            stepfunctions._add_event(self.execution, event, {f"e{event[1:]}EventDetails": result})
        stepfunctions._emit_execution_status_event(self.execution)

    def _event(self, event: str, details: str, **values: Any) -> None:
        stepfunctions._add_event(self.execution, event, {f"{details}EventDetails": values})


def install() -> None:
    """Let ministack run its executions through :class:`Run`."""
    stock_sub_machine = stepfunctions._run_sub_machine
    stock_add_event = stepfunctions._add_event

    def run_execution(execution_arn: str) -> None:
        execution = stepfunctions._executions.get(execution_arn)
        if execution is not None:
            Run(execution).walk()

    def run_sub_machine(states: Record, start_at: str, value: Any, execution: Record, context: Record) -> Any:
        run = _current.get()
        if run is None or run.execution is not execution:
            # A child execution of a distributed Map has a record of its own.
            return stock_sub_machine(states, start_at, value, execution, context)
        item = ((context.get("Map") or {}).get("Item") or {}).get("Index", "")
        branch = f"{_branch.get()}/{start_at}#{item}"
        done, result = run.take_finished(branch)
        if not done:
            token = _branch.set(branch)
            try:
                result = stock_sub_machine(states, start_at, value, execution, context)
            finally:
                _branch.reset(token)
        run.remember_finished(branch, result)
        return result

    def add_event(execution: Record, event: str, details: Record | None = None) -> Any:
        run = _current.get()
        if event == "TaskScheduled" and run is not None and run.execution is execution and not run.is_current:
            # ministack would go on with the retries of an execution that was stopped.
            raise NoLongerCurrent
        return stock_add_event(execution, event, details)

    stepfunctions._run_execution = run_execution
    stepfunctions._run_sub_machine = run_sub_machine
    stepfunctions._add_event = add_event


def start(execution_arn: str, then: Callable[[], None] | None = None) -> None:
    """Run an execution in a thread, within the account and region of the caller."""

    def run() -> None:
        stepfunctions._run_execution(execution_arn)
        if then is not None:
            then()

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
