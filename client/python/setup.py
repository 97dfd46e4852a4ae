"""Puts the contract, proto/*.proto, into the package as one binary file of descriptors."""
import pathlib
import subprocess
import sys

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).resolve().parent


class BuildWithContract(build_py):
    def run(self):
        super().run()
        out = pathlib.Path(self.build_lib, "pleat", "contract.bin")
        out.parent.mkdir(parents=True, exist_ok=True)
        files = [f"proto/{path.name}" for path in sorted((HERE / "proto").glob("*.proto"))]
        subprocess.run([sys.executable, "-m", "grpc_tools.protoc", f"-I{HERE}", "--include_imports",
                        f"--descriptor_set_out={out}", *files], cwd=HERE, check=True)


setup(cmdclass={"build_py": BuildWithContract})
