"""A server that a command starts for itself outlives the Ctrl-C that ends the command's runs."""

import os

from drmine.flowtools.server import free_port, launch_temporary_server, stop_server
from running import drmine


def test_ctrl_c_in_a_terminal_does_not_reach_the_server():
    process = launch_temporary_server(free_port())
    try:
        # a terminal sends it to the group of what it runs
        assert os.getpgid(process.pid) != os.getpgrp()
    finally:
        stop_server(process)


def test_a_temporary_server_ends_with_a_process_that_is_killed():
    process = launch_temporary_server(free_port())
    try:
        # as the system does for a process that dies, however it dies
        process.stdin.close()
        assert process.wait(60) is not None
    finally:
        stop_server(process)


def test_a_server_that_is_set_and_does_not_answer_is_one_sentence(tmp_path):
    api = f"http://127.0.0.1:{free_port()}/api"
    for command in (["refresh", "--offline"], ["schedule"]):
        result = drmine(
            *command, "--workspace", tmp_path / "w", environment={"PREFECT_API_URL": api}
        )
        assert result.returncode == 2
        assert f"No Prefect server answers at {api}" in result.stderr.splitlines()[-1]
        assert "Traceback" not in result.stderr
