"""The sweep of configs/kannada_sweep.yaml as one writes it with Optuna and PyTorch: the same rows, folds, network, recipe and space.

First 6,400 rows of Kannada train, GroupKFold(5) over writers (1,280 rows each), 8 epochs per fold, AdamW (weight decay .01) under OneCycleLR per
step, cross entropy, batches with drop last, affine augmentation by grid_sample, channels-last. A trial's value is the out-of-fold log loss.

--procs processes of one thread each optimise one study (journal file) with a multivariate TPE that counts running trials (constant_liar), until
--seconds have passed since the start of the interpreter; the trials that run then are lost, each after the epoch that it is at. Pruners:
 wilcoxon   folds one after another, each fold's last log loss reported with step = fold (p .2)
 median, hyperband   the five folds in lock step, their mean log loss reported after each epoch, so that steps compare like with like
 none
Replaying bench/kannada_curves.csv in 60 shuffled orders, Wilcoxon p .2 took 71 % of the fold-epochs and always chose the best trial, Hyperband
44 % and chose it in 37 %, the median pruner 65 % and in 77 %: hence the default.

Prints one JSON line: trials by state, fold-epochs trained (and without pruning), the best complete trial's log loss, accuracy and parameters.
"""
import time; T0 = time.time()
import argparse, math, multiprocessing, os, sys, tempfile, warnings
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import numpy as np, optuna, torch, torch.nn as nn, torch.nn.functional as F
from sklearn.model_selection import GroupKFold
from common import SE, cba, init, load, to_f
from common_noise import emit

warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)  # WilcoxonPruner
optuna.logging.set_verbosity(optuna.logging.ERROR)

ROWS, ROWS_PER_WRITER, FOLDS, EPOCHS, EVAL_BATCH = 6400, 1280, 5, 8, 256
AUGMENTATION = {"none": None, "mild": dict(shift=.1, scale=.1, rotate=10, shear=5, p=.5), "strong": dict(shift=.12, scale=.2, rotate=15, shear=12, p=1)}
PRUNERS = {"wilcoxon": lambda: optuna.pruners.WilcoxonPruner(p_threshold=.2),
           "median": lambda: optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=3),
           "hyperband": lambda: optuna.pruners.HyperbandPruner(min_resource=1, max_resource=EPOCHS, reduction_factor=3),
           "none": optuna.pruners.NopPruner}


class OutOfTime(Exception):
    pass


def make_net(width, dropout):
    w = width
    return init(nn.Sequential(
        *cba(1, w), nn.MaxPool2d(2), nn.Dropout(dropout), *cba(w, 2 * w), nn.MaxPool2d(2), nn.Dropout(dropout),
        *cba(2 * w, 4 * w), SE(4 * w), *cba(4 * w, 4 * w), nn.Dropout(dropout), nn.Flatten(),
        nn.Linear(4 * w * 49, 64), nn.BatchNorm1d(64, eps=1e-3, momentum=0.01), nn.SiLU(), nn.Linear(64, 10)))


def affine(x, shift, scale, rotate, shear, p):
    """A share p of the images sheared along x and y, scaled, rotated and shifted about the centre."""
    n, on = len(x), (torch.rand(len(x)) < p).float()
    draw = lambda most: (torch.rand(n) * 2 - 1) * most * on
    angle, s = draw(math.radians(rotate)), 1 + draw(scale)
    kx, ky = torch.tan(draw(math.radians(shear))), torch.tan(draw(math.radians(shear)))
    c, d = torch.cos(angle) / s, torch.sin(angle) / s
    # Of the output's pixels: rotation and scale are undone, then the shear along y, then that along x.
    row_y = torch.stack([-d - ky * c, c - ky * d], 1)
    row_x = torch.stack([c, d], 1) - kx[:, None] * row_y
    moved = torch.stack([draw(2 * shift), draw(2 * shift)], 1)
    linear = torch.stack([row_x, row_y], 1)
    theta = torch.cat([linear, -linear @ moved[:, :, None]], 2)
    return F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)


class Fold:
    """One fold of a trial, an epoch at a time."""

    def __init__(self, data, config, train, valid):
        self.x, self.y = data
        self.train, self.valid, self.config = torch.from_numpy(train), torch.from_numpy(valid), config
        self.net = make_net(config["width"], config["dropout"]).to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=config["lr"], weight_decay=.01, fused=True)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimizer, config["lr"], total_steps=EPOCHS * (len(train) // config["batch_size"]))

    def run_epoch(self):
        """Log loss and accuracy on the rows that are left out."""
        self.net.train()
        order, size = self.train[torch.randperm(len(self.train))], self.config["batch_size"]
        transform = AUGMENTATION[self.config["augmentation"]]
        for i in range(0, len(order) - size + 1, size):
            x, y = self.x[order[i:i + size]], self.y[order[i:i + size]]
            if transform: x = affine(x, **transform)
            loss = F.cross_entropy(self.net(x.contiguous(memory_format=torch.channels_last)), y)
            self.optimizer.zero_grad(set_to_none=True); loss.backward(); self.optimizer.step(); self.schedule.step()
        self.net.eval()
        with torch.inference_mode():
            logits = torch.cat([self.net(self.x[rows].contiguous(memory_format=torch.channels_last)) for rows in self.valid.split(EVAL_BATCH)])
            y = self.y[self.valid]
            return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).double().mean().item()


class Objective:
    def __init__(self, pruner, deadline):
        images, labels = load("train")
        self.data = to_f(images[:ROWS]), torch.from_numpy(labels[:ROWS].astype(np.int64))
        self.splits = list(GroupKFold(FOLDS).split(images[:ROWS], labels[:ROWS], np.arange(ROWS) // ROWS_PER_WRITER))
        self.pruner, self.deadline = pruner, deadline

    def __call__(self, trial):
        config = dict(lr=trial.suggest_float("lr", 1e-4, 3e-2, log=True), batch_size=trial.suggest_categorical("batch_size", [32, 64, 128]),
                      width=trial.suggest_categorical("width", [4, 8, 12]), dropout=trial.suggest_float("dropout", 0, .5, step=.1),
                      augmentation=trial.suggest_categorical("augmentation", list(AUGMENTATION)))
        torch.manual_seed(trial.number)
        self.ended = 0
        folds = (Fold(self.data, config, train, valid) for train, valid in self.splits)
        try:
            scores = self.in_lock_step(trial, list(folds)) if self.pruner in ("median", "hyperband") else self.one_by_one(trial, folds)
        finally:
            trial.set_user_attr("fold_epochs", self.ended)
        # Writers have as many rows each, so the mean over folds is that over rows.
        trial.set_user_attr("accuracy", float(np.mean([accuracy for _, accuracy in scores])))
        return float(np.mean([loss for loss, _ in scores]))

    def one_by_one(self, trial, folds):
        scores = []
        for number, fold in enumerate(folds):
            for _ in range(EPOCHS): score = self.epoch(fold)
            scores.append(score)
            trial.report(score[0], number)
            if number + 1 < FOLDS and trial.should_prune(): raise optuna.TrialPruned()
        return scores

    def in_lock_step(self, trial, folds):
        for epoch in range(1, EPOCHS + 1):
            scores = [self.epoch(fold) for fold in folds]
            trial.report(float(np.mean([loss for loss, _ in scores])), epoch)
            if epoch < EPOCHS and trial.should_prune(): raise optuna.TrialPruned()
        return scores

    def epoch(self, fold):
        if time.time() > self.deadline: raise OutOfTime()
        score = fold.run_epoch()
        self.ended += 1
        return score


def make_study(path, pruner, seed):
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    sampler = optuna.samplers.TPESampler(multivariate=True, constant_liar=True, seed=seed)
    return optuna.create_study(study_name="kannada", storage=storage, sampler=sampler, pruner=PRUNERS[pruner](), load_if_exists=True)


def work(path, pruner, seed, deadline):
    torch.set_num_threads(1)
    objective = Objective(pruner, deadline)
    try:
        make_study(path, pruner, seed).optimize(objective, timeout=deadline - time.time())
    except OutOfTime:
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True); parser.add_argument("--pruner", choices=list(PRUNERS), default="wilcoxon")
    parser.add_argument("--procs", type=int, default=2); parser.add_argument("--seed", type=int, default=1); parser.add_argument("--out", default="")
    a = parser.parse_args(); deadline = T0 + a.seconds
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/journal.log"
        study = make_study(path, a.pruner, a.seed)
        context = multiprocessing.get_context("spawn")
        processes = [context.Process(target=work, args=(path, a.pruner, a.seed + i, deadline)) for i in range(a.procs)]
        for process in processes: process.start()
        for process in processes: process.join()
        wall = time.time() - T0
        if any(process.exitcode for process in processes): sys.exit("a process failed")
        trials = study.get_trials()
    of = lambda state: [trial for trial in trials if trial.state == state]
    complete = of(optuna.trial.TrialState.COMPLETE)
    best = min(complete, key=lambda trial: trial.value) if complete else None
    emit(a.out, pruner=a.pruner, procs=a.procs, seed=a.seed, seconds=a.seconds, wall_s=round(wall, 1), finished=len(complete),
         pruned=len(of(optuna.trial.TrialState.PRUNED)), cut=len(of(optuna.trial.TrialState.FAIL)),
         fold_epochs=sum(trial.user_attrs["fold_epochs"] for trial in trials), fold_epochs_unpruned=FOLDS * EPOCHS * len(trials),
         best_log_loss=best and round(best.value, 6), best_accuracy=best and round(best.user_attrs["accuracy"], 6), best_trial=best and best.number,
         best_parameters=best and best.params)


if __name__ == "__main__":
    main()
