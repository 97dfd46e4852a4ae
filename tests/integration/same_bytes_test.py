"""One group or several, started locally, by hand or by mpirun: the same ensemble, byte for byte."""
import json

from cluster import TINY_SWEEP, ClusterTest, ensemble_digest, main


class SameBytes(ClusterTest):
    def run_locally(self, folder, workers):
        sweep = self.write("sweep.yaml", TINY_SWEEP)
        result = self.pleat("run", sweep, "--dir", self.dir / folder, "--workers", workers, "--json", timeout=200)
        return json.loads(result.stdout), ensemble_digest(self.dir / folder / "sweeps/tiny/ensemble/1")

    def test_any_number_of_groups_started_in_any_way(self):
        summary, one = self.run_locally("one", 1)
        self.assertEqual(summary["state"], "finished")
        self.assertEqual(len(summary["trials"]), 2)
        _, two = self.run_locally("two", 2)
        self.assertEqual(one, two)

        self.start_coordinator()
        self.submit(TINY_SWEEP)
        self.start_worker()
        self.start_mpi_workers(3, 1)
        self.wait_for_end()
        self.assertEqual(one, ensemble_digest(self.ensemble()))

    def test_groups_of_two_ranks(self):
        digests = []
        self.start_coordinator()
        self.start_mpi_workers(4, 2)
        for name in ("first", "second"):
            self.submit(TINY_SWEEP.replace("name: tiny", f"name: {name}"))
            self.wait_for_end(name)
            digests.append(ensemble_digest(self.ensemble(name)))
            self.assertEqual(self.status(name)["execution"]["groupSize"], 2)
        for digest in digests:
            digest.pop("manifest.json")  # names the sweep
        self.assertEqual(*digests)


if __name__ == "__main__":
    main()
