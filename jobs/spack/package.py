# SPDX-License-Identifier: BSD-3-Clause
# A recipe for Spack. In a clone of this repository:
#   spack repo create ~/nsurf-repo nsurf && mkdir -p ~/nsurf-repo/packages/nsurf
#   cp jobs/spack/package.py ~/nsurf-repo/packages/nsurf/ && spack repo add ~/nsurf-repo
#   spack dev-build -d . nsurf@1.0.0
from spack.package import *


class Nsurf(MakefilePackage):
    """Error surfaces of small neural networks over their topologies and hyperparameters, with MPI."""

    # No homepage and no URL: the sources are those of the clone, see above. Whoever publishes them adds `homepage` and
    # `git`, and a tag to the version.

    license("BSD-3-Clause")

    version("1.0.0")

    depends_on("c", type="build")
    depends_on("gmake", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi")
    depends_on("hdf5+hl~mpi")
    depends_on("openssl")
    depends_on("gsl")
    depends_on("json-c")
    depends_on("minizip")
    depends_on("zlib-api")
    depends_on("random123", type="build")
    depends_on("gnuplot", type="run")

    def edit(self, spec, prefix):
        # The compilers' wrappers come first in PATH, and mpicc from the MPI that was chosen.
        env["MPICC"] = spec["mpi"].mpicc
        env["PREFIX"] = prefix

    def check(self):
        make("installcheck", "DESTDIR=", "PREFIX={0}".format(self.prefix))
