"""A server that a command starts for itself outlives the Ctrl-C that ends the command's runs."""

import os

from drmine.flowtools.server import free_port, launch_temporary_server, stop_server


def test_ctrl_c_in_a_terminal_does_not_reach_the_server():
    process = launch_temporary_server(free_port())
    try:
        # a terminal sends it to the group of what it runs
        assert os.getpgid(process.pid) != os.getpgrp()
    finally:
        stop_server(process)
