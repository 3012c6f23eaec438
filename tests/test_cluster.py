"""The recipes for clusters, as far as they can be held to anything without one."""

import copy
import json
import re
import shlex
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from helpers import workers
from helpers.train import options

FOLDER = Path(__file__).resolve().parents[1] / "cluster"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
SERVICE, JOB = yaml.safe_load_all(TEXTS["kubernetes.yaml"])
POD = JOB["spec"]["template"]["spec"]
CONTAINER = POD["containers"][0]
ENVIRON = {row["name"]: row["value"] for row in CONTAINER["env"]}


SCHEMA = json.loads(
    (FOLDER.parent / "tests" / "fixtures" / "kubernetes" / "service_and_job.json").read_text()
)


def hold_to_the_schema(resource):
    """Kubernetes' own schema of a kind, strict: an unknown field is an error."""
    schema = SCHEMA["kinds"][resource["kind"]] | {"$defs": SCHEMA["$defs"]}
    jsonschema.Draft202012Validator(schema).validate(resource)


@pytest.mark.parametrize("resource", [SERVICE, JOB], ids=["Service", "Job"])
def test_the_manifests_are_what_kubernetes_takes(resource):
    hold_to_the_schema(resource)


@pytest.mark.parametrize(
    "change",
    [
        lambda job: job["spec"].update(completionsMode="Indexed"),
        lambda job: job["spec"].update(completions="2"),
        lambda job: job["spec"]["template"]["spec"].pop("containers"),
        lambda job: job["spec"]["template"]["spec"]["containers"][0]["env"][0].update(value=2),
        lambda job: job["spec"]["template"]["spec"]["volumes"][0].update(claim="x"),
    ],
    ids=["a misspelt field", "a text for a number", "no container", "a number for a text", "a field"],
)  # fmt: skip
def test_the_schema_notices(change):
    job = copy.deepcopy(JOB)
    change(job)
    with pytest.raises(jsonschema.ValidationError):
        hold_to_the_schema(job)


def commands(text):
    """Words of every training in a text, without the shell's own."""
    joined = text.replace("\\\n", " ")
    for words in re.findall(r"python -m helpers\.train ([^`\n]+)", joined):
        if "…" not in words:
            words = re.sub(r'"\$\{\w+\[@\]\}"|\$\{\w+:-(\w+)\}', r"\1", words)
            yield shlex.split(words)


@pytest.mark.parametrize("name", ["slurm.sh", "kubernetes.yaml", "README.md"])
def test_every_command_is_one_that_the_course_knows(name):
    found = list(commands(TEXTS[name]))
    assert found
    for words in found:
        parsed = options.parser().parse_args(words)
        assert (parsed.art is None) != (parsed.data is None) and parsed.steps


@pytest.mark.parametrize("script", [TEXTS["slurm.sh"], CONTAINER["args"][0]])
def test_the_shell_can_read_it(script):
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_slurm_warns_in_time_and_starts_one_worker_a_node():
    asked = dict(re.findall(r"^#SBATCH --([\w-]+)=(\S+)", TEXTS["slurm.sh"], re.M))
    assert asked["signal"] == "TERM@120" and asked["ntasks-per-node"] == "1"
    assert TEXTS["slurm.sh"].startswith("#!/bin/bash\n")


def test_slurm_resumes_only_what_is_there(tmp_path):
    """The script with srun in its place, as the launcher would run it."""
    (tmp_path / "srun").write_text('#!/bin/bash\necho "$@"\n')
    (tmp_path / "srun").chmod(0o755)
    said = []
    for _ in range(2):
        done = subprocess.run(
            ["bash", FOLDER / "slurm.sh"], capture_output=True, text=True, check=True,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SLURM_SUBMIT_DIR": str(tmp_path), "DATA": "d",
                 "OUTPUT": "out"},
        )  # fmt: skip
        said.append(done.stdout.split())
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / "training.npz").touch()
    assert said[0][0] == "--wait=600" and said[0][-1] == "out" and said[1] == [*said[0], "--resume"]


def test_the_pods_find_each_other_by_name():
    assert (SERVICE["apiVersion"], SERVICE["kind"]) == ("v1", "Service")
    assert (JOB["apiVersion"], JOB["kind"]) == ("batch/v1", "Job")
    assert (
        SERVICE["spec"]["clusterIP"] == "None" and POD["subdomain"] == SERVICE["metadata"]["name"]
    )
    name = JOB["metadata"]["name"]
    assert SERVICE["spec"]["selector"] == {"batch.kubernetes.io/job-name": name}
    spec = JOB["spec"]
    assert spec["completionMode"] == "Indexed" and spec["completions"] == spec["parallelism"]
    assert ENVIRON["COURSE_WORKERS"] == str(spec["completions"])
    found = workers.find(ENVIRON | {"JOB_COMPLETION_INDEX": "1"})
    service = SERVICE["metadata"]["name"]
    assert found.hosts == tuple(f"{name}-{k}.{service}:{workers.PORT}" for k in range(2))
    ports = {SERVICE["spec"]["ports"][0]["port"], CONTAINER["ports"][0]["containerPort"]}
    assert ports == {workers.PORT}


def test_the_manifest_holds_together():
    mounted = {row["name"] for row in CONTAINER["volumeMounts"]}
    assert mounted == {row["name"] for row in POD["volumes"]}
    assert CONTAINER["volumeMounts"][0]["mountPath"] == f"{CONTAINER['workingDir']}/my_art"
    assert POD["restartPolicy"] == "Never"  # a Job takes Never or OnFailure
    assert all(isinstance(value, str) for value in ENVIRON.values())  # Kubernetes takes texts only


def test_the_two_machines_are_told_the_same():
    told = [json.loads(text) for text in re.findall(r"TF_CONFIG='([^']+)'", TEXTS["README.md"])]
    found = [workers.find({"TF_CONFIG": json.dumps(one)}) for one in told]
    assert [worker.index for worker in found] == [0, 1] and found[0].hosts == found[1].hosts
    assert found[0].hosts[0].endswith(f":{workers.PORT}")
