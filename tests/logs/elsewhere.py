# ruff: noqa: E501, RUF001  (log lines are as long, and as strange, as they are)
"""Layouts from beyond the usual Python trainers: other languages and fields, older frameworks, odd counters.

Written from what these programs are known to print. Entries as in `formats.py`.
"""

from typing import Any

from tests.logs.formats import lines

F = list[tuple[str, str, dict[str, Any]]]


def falling(count: int) -> list[tuple[int, str]]:
    """(n, a loss that falls) for n from 1."""
    return [(n, f"{2.5 / (1 + n / 40):.4f}") for n in range(1, count + 1)]


OTHER_LANGUAGES: F = [
    (
        "matlab",
        "Training on single GPU.\nInitializing input data normalization.\n|" + "=" * 88 + "|\n"
        "|  Epoch  |  Iteration  |  Time Elapsed  |  Mini-batch  |  Mini-batch  |  Base Learning  |\n"
        "|         |             |   (hh:mm:ss)   |   Accuracy   |     Loss     |      Rate       |\n|"
        + "=" * 88
        + "|\n"
        + lines(
            "|  %6d |  %10d |       00:00:%02d |       %5.2f%% |       %s |          0.0100 |\n",
            [(1 + n // 4, n * 50, n * 3, 10.0 + n, loss) for n, loss in falling(14)],
        ),
        {"step": 700, "loss": 1.8519, "seconds_per_step": 0.06, "n_evals": 0},
    ),
    (
        "r luz",
        "".join(
            f"Epoch {n}/12\nTrain metrics: Loss: {loss} - Acc: 0.8{n:02d}\nValid metrics: Loss: 0.{500 - n} - Acc: 0.85\n"
            for n, loss in falling(9)
        ),
        {"step": 9, "total_steps": 12, "n_evals": 9, "loss": 2.0408, "evals_last": {"Loss": 0.491}},
    ),
    (
        "julia infos",
        lines(
            "[ Info: epoch = %d, train_loss = %s, test_loss = 0.6%02d\n",
            [(n, loss, n) for n, loss in falling(10)],
        ),
        {"step": 10, "loss": 2.0, "n_evals": 10},
    ),
    (
        "julia progress meter",
        "".join(
            f"\rTraining  {n:3d}%|{'█' * (n // 10):10}|  ETA: 0:0{(99 - n) // 60}:{(99 - n) % 60:02d}\x1b[K\n  iteration:  {n * 5}\x1b[K\n  loss:       {loss}\x1b[K\r\x1b[A\x1b[A"
            for n, loss in falling(60)
        ),
        {"step": 300, "loss": 1.0, "n_evals": 0},
    ),
    (
        "lux",
        lines("Epoch: [%3d/%3d]  Loss: %s  Time: 0.81s\n", [(n, 50, loss) for n, loss in falling(12)]),
        {"step": 12, "total_steps": 50, "loss": 1.9231, "seconds_per_step": 0.81},
    ),
    (
        "candle",
        lines("%4d train loss: %8s test acc: %5.2f%%\n", [(n, loss, 50.0 + n) for n, loss in falling(12)]),
        {"step": 12, "loss": 1.9231, "n_evals": 12, "evals_last": {"test_acc": 62.0}},
    ),
    (
        "burn",
        lines(
            "2026-02-01T10:00:%02d.123456Z  INFO burn_train::learner::train_val: Iteration %d, epoch 1, loss %s\n",
            [(n * 2, n * 10, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.2},
    ),
    (
        "dl4j",
        lines(
            "10:00:%02d.100 [main] INFO o.d.o.l.ScoreIterationListener - Score at iteration %d is %s\n",
            [(n * 2, n * 10, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "seconds_per_step": 0.2},
    ),
    (
        "tensorflow.js",
        "".join(
            f"Epoch {n} / 20\neta=0.0 {'=' * 100}> \n{4000 + n}ms 66us/step - acc=0.9{n:02d} loss={loss} val_acc=0.97 val_loss=0.{100 + n} \n"
            for n, loss in falling(9)
        ),
        {"step": 9, "total_steps": 20, "loss": 2.0408, "n_evals": 9},
    ),
    (
        "brain.js",
        lines("iterations: %d, training error: %s\n", [(n * 100, loss) for n, loss in falling(9)]),
        {"step": 900},
    ),
    (
        "elixir axon",
        "".join(f"\rEpoch: 0, Batch: {n * 50}, accuracy: 0.{300 + n} loss: {loss}" for n, loss in falling(20))
        + "\n",
        {"step": 1000, "loss": 1.6667},
    ),
    (
        "ggml-opt",
        "".join(
            f"\rtrain: [▮▮▮▯▯▯▯▯] data={n * 16:07d}/0004096 loss={loss}±0.0{n:02d} acc=45.{n}±0.12% t=00:00:{n:02d} ETA=00:04:{60 - n:02d} "
            for n, loss in falling(40)
        ),
        {"loss": 1.25},
    ),
    (
        "mlx-lm",
        "Iter 1: Val loss 2.612, Val took 5.312s\n"
        + lines(
            "Iter %d: Train loss %s, Learning Rate 1.000e-05, It/sec 2.000, Tokens/sec 612.120, Trained Tokens %d, Peak mem 8.123 GB\n",
            [(n * 10, loss, n * 3060) for n, loss in falling(20)],
        )
        + "Iter 200: Val loss 1.912, Val took 5.301s\nIter 200: Saved adapter weights to adapters/adapters.safetensors and adapters/0000200_adapters.safetensors.\n",
        {
            "step": 200,
            "loss": 1.6667,
            "seconds_per_step": 0.5,
            "n_evals": 2,
            "evals_last": {"Val_loss": 1.912},
        },
    ),
    (
        "tinygrad",
        "".join(
            f"\rloss: {loss}, 120.12 ms run, 1.20 ms python, 118.92 ms NV, {n} step\n"
            for n, loss in falling(9)
        ),
        {"step": 9, "loss": 2.0408},
    ),
    (
        "tinygrad bar",
        "".join(
            f"\rloss:   {loss} test_accuracy:  {90 + n / 100:.2f}%:  {n}%|▉      | {n}/100 [00:{n:02d}<01:00,  1.20it/s]"
            for n, loss in falling(50)
        ),
        {"step": 50, "total_steps": 100, "loss": 1.1111, "seconds_per_step": 0.8333},
    ),
    (
        "unity ml-agents",
        lines(
            "[INFO] 3DBall. Step: %d. Time Elapsed: %d.123 s. Mean Reward: %s. Std of Reward: 0.712. Training.\n",
            [(n * 1000, n * 9, loss) for n, loss in falling(12)],
        ),
        {"step": 12000, "seconds_per_step": 0.009, "n_evals": 0},
    ),
    (
        "acme",
        lines(
            "[Learner] Critic Loss = 0.213 | Learner Steps = %d | Learner Walltime = %d.000 | Loss = %s\n",
            [(n * 100, n * 5, loss) for n, loss in falling(12)],
        ),
        {"step": 1200, "loss": 1.9231, "seconds_per_step": 0.05},
    ),
]

OLDER: F = [
    (
        "both sets in each line",
        lines("step %d: train loss %s, val loss 2.%02d\n", [(n * 100, loss, n) for n, loss in falling(9)]),
        {"step": 900, "loss": 2.0408, "n_evals": 9},
    ),
    (
        "caffe",
        "".join(
            f"I1123 10:00:{n * 4:02d}.123456 12345 solver.cpp:239] Iteration {n * 20} (5 iter/s, 4s/20 iters), loss = {loss}\n"
            f"I1123 10:00:{n * 4:02d}.123499 12345 solver.cpp:258]     Train net output #0: loss = {loss} (* 1 = {loss} loss)\n"
            f"I1123 10:00:{n * 4:02d}.123511 12345 sgd_solver.cpp:112] Iteration {n * 20}, lr = 0.01\n"
            for n, loss in falling(13)
        )
        + "I1123 10:00:55.123456 12345 solver.cpp:347] Iteration 260, Testing net (#0)\nI1123 10:00:57.123456 12345 solver.cpp:414]     Test net output #0: accuracy = 0.912\nI1123 10:00:57.123456 12345 solver.cpp:414]     Test net output #1: loss = 0.312 (* 1 = 0.312 loss)\n",
        {"step": 260, "loss": 1.8868, "seconds_per_step": 0.2},
    ),
    (
        "cntk",
        "".join(
            f" Epoch[ 1 of 10]-Minibatch[{n * 100 - 99:4d}- {n * 100}, {n * 5}.00%]: CrossEntropyWithSoftmax = {loss} * 6400; EvalClassificationError = 0.3 * 6400; time = 0.5000s; samplesPerSecond = 12800.0\n"
            for n, loss in falling(20)
        ),
        {"step": 2000, "seconds_per_step": 0.005},
    ),
    (
        "char-rnn",
        lines(
            "%d/21150 (epoch %.3f), train_loss = %s, grad/param norm = 6.9e-03, time/batch = 0.12s\n",
            [(n, n / 423, loss) for n, loss in falling(40)],
        ),
        {"step": 40, "total_steps": 21150, "loss": 1.25, "seconds_per_step": 0.12},
    ),
    (
        "torch7 xlua",
        "".join(
            f"\r [{'=' * (n // 5)}>{'.' * (20 - n // 5)}]  ETA: {100 - n}s | Step: 120ms   {n}/500   "
            for n, _ in falling(60)
        ),
        {"step": 60, "total_steps": 500, "seconds_per_step": 0.12},
    ),
    (
        "lasagne",
        "Starting training...\n"
        + "".join(
            f"Epoch {n} of 500 took 12.3{n}s\n  training loss:\t\t{loss}\n  validation loss:\t\t0.4{n}\n  validation accuracy:\t\t90.{n} %\n"
            for n, loss in falling(9)
        ),
        {"step": 9, "total_steps": 500, "loss": 2.0408, "seconds_per_step": 12.3},
    ),
    (
        "neural style",
        "".join(
            f"Iteration {n * 50} / 1000\t\n  Content 1 loss: 12345.{n}\n  Style 1 loss: 123.{n}\n  Total loss: {loss}\n"
            for n, loss in falling(9)
        ),
        {"step": 450, "total_steps": 1000},
    ),
    (
        "dllogger",
        lines(
            "DLL 2026-01-01 10:00:%02d.123 - Epoch: 0 Iteration: %d  train.loss : %s  train.compute_ips : 812.1 img/s  train.lr : 0.1\n",
            [(n, n * 10, loss) for n, loss in falling(20)],
        ),
        {"step": 200, "loss": 1.6667, "seconds_per_step": 0.1},
    ),
    (
        "tacotron2",
        "Epoch: 0\n"
        + lines("Train loss %d %s Grad Norm 1.23%d 2.51s/it\n", [(n, loss, n) for n, loss in falling(20)])
        + "Validation loss 20:  0.712345  \nSaving model and optimizer state at iteration 20 to outdir/checkpoint_20\n",
        {"step": 20, "loss": 1.6667, "seconds_per_step": 2.51, "n_evals": 1},
    ),
    (
        "xlm",
        lines(
            "INFO - 01/01/26 10:%02d:%02d - 0:12:34 - %7d -   52.34 sent/s -  1234.50 words/s - MLM-en: %8s - model LR: 1.0000e-04\n",
            [(n // 6, n * 10 % 60, n * 50, loss) for n, loss in falling(20)],
        ),
        {"step": 1000, "seconds_per_step": 0.2},
    ),
    (
        "electra",
        lines(
            "%d/10000 = %.1f%%, SPS: 2.5, ELAP: %d, ETA: 1:0%d:20 - loss: %s\n",
            [(n * 10, n / 10, n * 4, 9 - n // 3, loss) for n, loss in falling(20)],
        ),
        {"step": 200, "total_steps": 10000, "loss": 1.6667, "seconds_per_step": 0.4},
    ),
    (
        "gpt-2 of nshepperd",
        lines("[%d | %d.42] loss=%s avg=2.45\n", [(n, n * 3, loss) for n, loss in falling(20)]),
        {"step": 20, "loss": 1.6667, "seconds_per_step": 3.0},
    ),
    (
        "pix2pix of tensorflow",
        "".join(
            f"progress  epoch 1  step {n * 50}  image/sec 3.2  remaining {120 - n}m\ndiscrim_loss 0.5{n}\ngen_loss_GAN 1.2{n}\ngen_loss_L1 0.1{n}\n"
            for n, _ in falling(9)
        ),
        {"step": 450},
    ),
    (
        "deepspeech",
        "".join(
            f"\rEpoch 0 |   Training | Elapsed Time: 0:00:{n:02d} | Steps: {n * 2} | Loss: {loss}           "
            for n, loss in falling(40)
        )
        + "\nEpoch 0 | Validation | Elapsed Time: 0:00:04 | Steps: 8 | Loss: 40.123 | Dataset: dev.csv   \n",
        {"step": 80, "loss": 1.25, "seconds_per_step": 0.5, "n_evals": 1},
    ),
    (
        "tf 1 tutorial",
        lines(
            "Step %d, Minibatch Loss= %s, Training Accuracy= 0.9%02d\n",
            [(n * 10, loss, n) for n, loss in falling(20)],
        ),
        {"step": 200, "loss": 1.6667, "n_evals": 0},
    ),
    (
        "tf 1 epochs",
        lines("Epoch: %04d cost= %s\n", falling(9)) + "Optimization Finished!\n",
        {"step": 9, "loss": 2.0408},
    ),
    (
        "tf-slim",
        lines(
            "INFO:tensorflow:global step %d: loss = %s (0.250 sec/step)\n",
            [(n * 10, loss) for n, loss in falling(20)],
        ),
        {"step": 200, "loss": 1.6667, "seconds_per_step": 0.25},
    ),
    (
        "tensorpack",
        "".join(
            f"[0101 10:0{n}:00 @base.py:275] Start Epoch {n} ...\n"
            + "".join(
                f"\r {i * 10}%|###   |{i * 20}/200[00:{i * 2:02d}<00:{20 - i * 2:02d},10.00it/s]"
                for i in range(1, 11)
            )
            + f"\n[0101 10:0{n}:20 @base.py:285] Epoch {n} (global_step {n * 200}) finished, time:20 seconds.\n[0101 10:0{n}:20 @monitor.py:467] cross_entropy_loss: {loss}\n"
            for n, loss in falling(3)
        ),
        {"step": 600, "seconds_per_step": 0.1},
    ),
    (
        "tesseract",
        lines(
            "At iteration %d/%d/%d, Mean rms=%s%%, delta=3.4%%, char train=12.3%%, word train=23.1%%, skip ratio=0%%,  New worst char error = 12.3 wrote checkpoint.\n",
            [(n * 100, n * 110, n * 110, loss) for n, loss in falling(9)],
        ),
        {"step": 900, "n_evals": 0},
    ),
    (
        "word2vec in c",
        "".join(
            f"\rAlpha: 0.0{250 - n}  Progress: {n}.12%  Words/thread/sec: 123.45k  " for n in range(1, 60)
        ),
        {"n_evals": 0},
    ),
    (
        "glove",
        lines("01/05/26 - 10:%02d.00AM, iter: %03d, cost: %s\n", [(n, n, loss) for n, loss in falling(14)]),
        {"step": 14, "loss": 1.8519},
    ),
    (
        "crfsuite",
        "".join(
            f"***** Iteration #{n} *****\nLoss: {loss}\nFeature norm: 2.3{n}\nError norm: 12.{n}\nActive features: 1234\nLine search trials: 1\nSeconds required for this iteration: 0.512\n\n"
            for n, loss in falling(9)
        ),
        {"step": 9, "loss": 2.0408},
    ),
    (
        "sagemaker xgboost",
        lines(
            "[2026-01-01 10:00:%02d.123 ip-10-0-0-1:7 INFO] [%d]#011train-rmse:%s#011validation-rmse:0.9%02d\n",
            [(n, n, loss, n) for n, loss in falling(14)],
        ),
        {"step": 14, "n_evals": 14},
    ),
]
CLASSIC: F = [
    (
        "hist gradient boosting",
        "Binning 0.01 GB of training data: 0.120 s\nFitting gradient boosted rounds:\n"
        + lines(
            "[%d/100] 1 tree, 31 leaves, max depth = 8, train loss: %s, val loss: 0.9%02d, in 0.050s\n",
            [(n, loss, n) for n, loss in falling(20)],
        )
        + "Fit 20 trees in 1.234 s, (620 total leaves)\n",
        {"step": 20, "total_steps": 100, "loss": 1.6667, "seconds_per_step": 0.05, "n_evals": 20},
    ),
    (
        "hmmlearn",
        lines("  %8d  %14.8f %+14.8f\n", [(n, -2000 / (1 + n / 50), 30.0 / n) for n in range(1, 20)]),
        {"step": 19},
    ),
    (
        "lda",
        lines("iteration: %d of max_iter: 30, perplexity: 9%02d.1234\n", [(n, 50 - n) for n in range(1, 12)]),
        {"step": 11, "total_steps": 30},
    ),
    (
        "bernoulli rbm",
        lines(
            "[BernoulliRBM] Iteration %d, pseudo-likelihood = -2%d.12, time = 0.51s\n",
            [(n, 50 - n) for n in range(1, 12)],
        ),
        {"step": 11, "seconds_per_step": 0.51},
    ),
    (
        "gaussian mixture",
        "Initialization 0\n"
        + lines(
            "  Iteration %d\t time lapse 0.41s\t ll change 0.0%02d12\n",
            [(n * 10, 50 - n) for n in range(1, 12)],
        )
        + "Initialization converged: True\t time lapse 4.5s\t ll -1.23\n",
        {"step": 110, "seconds_per_step": 0.041},
    ),
    (
        "ngboost",
        lines(
            "[iter %d] loss=%s val_loss=0.0000 scale=1.0000 norm=1.2%02d\n",
            [(n * 10, loss, n) for n, loss in falling(12)],
        ),
        {"step": 120, "loss": 1.9231},
    ),
    (
        "nltk maxent",
        "  ==> Training (100 iterations)\n\n      Iteration    Log Likelihood    Accuracy\n      ---------------------------------------\n"
        + lines(
            "      %8d          -0.%d        0.8%02d\n", [(n, 69315 - n * 1000, n) for n in range(1, 12)]
        ),
        {"step": 11},
    ),
    (
        "gplearn",
        "    |   Population Average    |             Best Individual              |\n---- ------------------------- ------------------------------------------ ----------\n"
        " Gen   Length          Fitness   Length          Fitness      OOB Fitness  Time Left\n"
        + lines(
            "%4d    %5.2f          %7.3f        5          %7s         340.100      1.02m\n",
            [(n, 38.13 - n / 10, 458.577 - n, loss) for n, loss in falling(12)],
        ),
        {"step": 12},
    ),
    (
        "deap",
        "gen\tnevals\tavg    \tstd   \tmin\tmax\n"
        + lines("%d  \t300   \t%s\t4.7\t38.1\t67.2\n", [(n, loss) for n, loss in falling(14)]),
        {"step": 14},
    ),
    (
        "cma",
        "(4_w,8)-aCMA-ES (mu_w=2.6,w_1=52%) in dimension 5 (seed=123, Thu Jan  1 10:00:00 2026)\nIterat #Fevals   function value  axis ratio  sigma  min&max std  t[m:s]\n"
        + lines(
            "%5d %6d %se+03 1.0e+00 5.1e-01  5e-01  5e-01 0:0%d.%d\n",
            [(n, n * 8, loss, n // 10, n % 10) for n, loss in falling(14)],
        ),
        {"step": 14},
    ),
    (
        "neat",
        "".join(
            f" ****** Running generation {n} ****** \n\nPopulation's average fitness: {loss} stdev: 0.51\nBest fitness: 3.{n:02d} - size: (2, 4) - species 1 - id 12\nAverage adjusted fitness: 0.512\nMean genetic distance 1.2, standard deviation 0.4\nGeneration time: 0.510 sec (0.500 average)\n"
            for n, loss in falling(12)
        ),
        {"step": 12, "seconds_per_step": 0.51},
    ),
    (
        "pyro mcmc",
        "".join(
            f"\rWarmup:  {n}%|█         | {n * 10}/1000 [00:{n // 2:02d}, 20.00it/s, step size=1.2e-01, acc. prob=0.81]"
            for n in range(1, 50)
        ),
        {"step": 490, "total_steps": 1000, "seconds_per_step": 0.05},
    ),
    (
        "numpyro",
        "".join(
            f"\rwarmup:  {n}%|█         | {n * 10}/1000 [00:{n // 2:02d}<00:30, 20.00it/s, 7 steps of size 3.41e-01. acc. prob=0.79]"
            for n in range(1, 50)
        )
        + "".join(
            f"\rsample:  {n}%|█████     | {n * 10}/1000 [00:{n // 2:02d}<00:10, 20.00it/s, 7 steps of size 3.41e-01. acc. prob=0.88]"
            for n in range(50, 101)
        ),
        {"step": 1000, "total_steps": 1000, "seconds_per_step": 0.05},
    ),
    (
        "pyro svi",
        lines("[iteration %04d] loss: %s\n", [(n * 100, loss) for n, loss in falling(12)]),
        {"step": 1200, "loss": 1.9231},
    ),
    (
        "gpytorch",
        lines(
            "Iter %d/50 - Loss: %s   lengthscale: 0.6%02d   noise: 0.31\n",
            [(n, loss, n) for n, loss in falling(12)],
        ),
        {"step": 12, "total_steps": 50, "loss": 1.9231},
    ),
    (
        "flaml",
        "".join(
            f"[flaml.automl.logger: 11-20 10:00:{n:02d}] {{2345}} INFO - iteration {n}, current learner lgbm\n[flaml.automl.logger: 11-20 10:00:{n:02d}] {{2500}} INFO -  at {n}.2s,\testimator lgbm's best error=0.1{n:02d},\tbest estimator lgbm's best error=0.1{n:02d}\n"
            for n in range(12)
        ),
        {"step": 11, "n_errors": 0},
    ),
    (
        "deepxde",
        "Compiling model...\n'compile' took 0.012345 s\n\nTraining model...\n\nStep      Train loss                        Test loss                         Test metric\n"
        + lines(
            "%-9d [%se-01, 3.45e-02]              [1.25e-01, 3.41e-02]              []  \n",
            [(n * 1000, loss) for n, loss in falling(12)],
        )
        + "\nBest model at step 12000:\n  train loss: 1.2e-02\n  test loss: 1.3e-02\n  test metric: []\n\n'train' took 24.123456 s\n",
        {"step": 12000},
    ),
    (
        "modulus",
        lines(
            "[10:00:%02d] - [step: %10d] loss:  %se-01, time/iteration:  2.000e+01 ms\n",
            [(n * 2, n * 100, loss) for n, loss in falling(12)],
        ),
        {"step": 1200, "loss": 0.19231, "seconds_per_step": 0.02},
    ),
    (
        "neural operator",
        lines(
            "[%d] time=0.51, avg_loss=%s, train_err=0.5%02d\nEval: 16_h1=0.1%02d, 16_l2=0.08%02d\n",
            [(n, loss, n, n, n) for n, loss in falling(12)],
        ),
        {"step": 12, "loss": 1.9231, "seconds_per_step": 0.51, "n_evals": 12},
    ),
    (
        "gluonts",
        "".join(
            f"\r{n * 2}%|█████     | {n}/50 [00:{n // 20:02d}<00:02, 20.00it/s, epoch={e}/5, avg_epoch_loss=5.{99 - e * 10}]"
            for e in range(1, 4)
            for n in range(1, 51)
        ),
        {"step": 150, "total_steps": 250, "seconds_per_step": 0.05, "loss": 5.69},
    ),
    (
        "poutyne",
        "".join(
            "".join(
                f"\rEpoch:  {e}/10 Train steps: 60  {i}/60  {i}.0% |███       |ETA: 1.23s loss: 0.5{e}"
                for i in (20, 40, 60)
            )
            + f"\rEpoch:  {e}/10 Train steps: 60 Val steps: 10 1.50s loss: 0.5{e} acc: 88.1 val_loss: 0.4{e} val_acc: 90.{e}\n"
            for e in range(1, 5)
        ),
        {"step": 240, "n_evals": 4},
    ),
    (
        "stanza",
        lines(
            "2026-01-01 10:00:%02d INFO: Finished STEP %d/50000, loss = %s (0.051 sec/batch), lr: 0.003\n",
            [(n, n * 20, loss) for n, loss in falling(14)],
        )
        + "2026-01-01 10:00:20 INFO: Evaluating on dev set...\n2026-01-01 10:00:22 INFO: step 280: train_loss = 1.9123, dev_score = 0.8123\n",
        {"step": 280, "total_steps": 50000, "seconds_per_step": 0.05, "n_evals": 1},
    ),
    (
        "d3rlpy",
        lines(
            "2026-01-01 10:00.%02d [info     ] DQN_20260101: epoch=%d step=%d epoch=%d metrics={'time_sample_batch': 0.0012, 'time_algorithm_update': 0.0031, 'loss': %s, 'time_step': 0.005} step=%d\n",
            [(n, n, n * 1000, n, loss, n * 1000) for n, loss in falling(12)],
        ),
        {"step": 12000, "loss": 1.9231, "seconds_per_step": 0.005},
    ),
    (
        "sample factory",
        lines(
            "[2026-01-01 10:%02d:%02d,123][12345] Fps is (10 sec: 4096.0, 60 sec: 4050.1, 300 sec: 4010.0). Total num frames: %d. Throughput: 0: 4096.0. Samples: %d. Policy #0 lag: (min: 0.0, avg: 1.2, max: 3.0)\n",
            [(n * 5 // 60, n * 5 % 60, n * 20480, n * 5120) for n in range(1, 20)],
        ),
        {"step": 389120},
    ),
    (
        "haiku",
        lines(
            "{'step': %d, 'train_accuracy': '0.9%02d', 'val_accuracy': '0.8%02d', 'loss': '%s'}\n",
            [(n * 100, n, n, loss) for n, loss in falling(12)],
        ),
        {"step": 1200, "loss": 1.9231, "n_evals": 12},
    ),
    (
        "equinox",
        lines("step=%d, loss=%s, computation_time=0.1%02d\n", [(n * 10, loss, n) for n, loss in falling(12)]),
        {"step": 120, "loss": 1.9231},
    ),
    (
        "trax",
        "".join(
            f"\nStep {n * 100:6d}: Total number of trainable weights: 593\nStep {n * 100:6d}: Ran 100 train steps in 5.00 secs\nStep {n * 100:6d}: train CrossEntropyLoss |  {loss}\nStep {n * 100:6d}: eval  CrossEntropyLoss |  2.5{n:02d}\nStep {n * 100:6d}: eval          Accuracy |  0.6{n:02d}\n"
            for n, loss in falling(9)
        ),
        {"step": 900, "seconds_per_step": 0.05},
    ),
    (
        "ppcls",
        lines(
            "[2026/01/01 10:%02d:%02d] ppcls INFO: [Train][Epoch %d/120][Iter: %d/100]lr(PiecewiseDecay): 0.10000000, top1: 0.10000, CELoss: %s, loss: %s, batch_cost: 0.20000s, reader_cost: 0.00100, ips: 320.10 samples/s, eta: 0:40:01\n",
            [(n * 2 // 60, n * 2 % 60, 1 + n // 10, n % 10 * 10, loss, loss) for n, loss in falling(35)],
        ),
        {"step": 351, "total_steps": 12000, "loss": 1.3333, "seconds_per_step": 0.2},
    ),
    (
        "yolox",
        lines(
            "2026-01-01 10:00:%02d | INFO     | yolox.core.trainer:258 - epoch: 1/300, iter: %d/100, mem: 1234Mb, iter_time: 0.512s, data_time: 0.012s, total_loss: %s, iou_loss: 3.4, l1_loss: 0.0, conf_loss: 7.8, cls_loss: 1.0, lr: 1.000e-06, size: 640, ETA: 4:12:10\n",
            [(n * 5, n * 10, loss) for n, loss in falling(10)],
        ),
        {"step": 100, "total_steps": 30000, "loss": 2.0, "seconds_per_step": 0.512},
    ),
    (
        "super-gradients",
        "".join(
            "".join(
                f"\rTrain epoch {e}: {i * 10}%|███       | {i * 4}/40 [00:{i * 2:02d}<00:02,  2.00it/s, PPYoloELoss/loss=2.{9 - e}, gpu_mem=2.2]"
                for i in range(1, 11)
            )
            + f"\n===========================================================\nSUMMARY OF EPOCH {e}\n├── Train\n│   └── Ppyoloeloss/loss = 2.{9 - e}\n└── Validation\n    └── Ppyoloeloss/loss = 2.{8 - e}\n\n===========================================================\n"
            for e in range(3)
        ),
        {"step": 120, "seconds_per_step": 0.5},
    ),
    (
        "cellpose",
        lines(
            "2026-01-01 10:00:%02d,123 [INFO] %d, train_loss=%s, test_loss=0.1200, LR=0.005000, time %d.00s\n",
            [(n * 5, n * 10, loss, n * 5) for n, loss in falling(9)],
        ),
        {"step": 90, "loss": 2.0408, "seconds_per_step": 0.5},
    ),
    (
        "deeplabcut",
        lines("Epoch %d/200 (lr=0.0005), train loss %s\n", falling(12)),
        {"step": 12, "total_steps": 200, "loss": 1.9231},
    ),
    (
        "recbole",
        "".join(
            f"01 Jan 10:00    INFO  epoch {n} training [time: 3.21s, train loss: {loss}]\n01 Jan 10:00    INFO  epoch {n} evaluating [time: 0.30s, valid_score: 0.0{n + 12}]\n01 Jan 10:00    INFO  valid result: \nrecall@10 : 0.05{n}    mrr@10 : 0.02{n}    ndcg@10 : 0.03{n}\n"
            for n, loss in falling(9)
        ),
        {"step": 9, "loss": 2.0408, "seconds_per_step": 3.21},
    ),
    (
        "flower",
        "".join(
            f"INFO :      [ROUND {n}]\nINFO :      configure_fit: strategy sampled 2 clients (out of 2)\nINFO :      aggregate_fit: received 2 results and 0 failures\nINFO :      fit progress: ({n}, {loss}, {{'accuracy': 0.9}}, {n * 12}.3)\nINFO :      configure_evaluate: strategy sampled 2 clients (out of 2)\nINFO :      aggregate_evaluate: received 2 results and 0 failures\nINFO :      \n"
            for n, loss in falling(9)
        ),
        {"step": 9, "n_errors": 0},
    ),
    (
        "avalanche",
        "-- >> Start of training phase << --\n"
        + "".join(
            "".join(f"\r {i * 10}%|███       | {i * 12}/120 [00:{i:02d}<00:01, 12.00it/s]" for i in range(11))
            + f"\nEpoch {e} ended.\n\tLoss_Epoch/train_phase/train_stream/Task000 = 0.5{e}12\n\tTop1_Acc_Epoch/train_phase/train_stream/Task000 = 0.8{e}12\n"
            for e in range(3)
        ),
        {"step": 360, "seconds_per_step": 0.0833},
    ),
    (
        "graphgym",
        "".join(
            f"train: {{'epoch': {n}, 'time_epoch': 12.3, 'eta': 1234.5, 'eta_hours': 0.34, 'loss': {loss}, 'lr': 0.01, 'params': 12345, 'time_iter': 0.12, 'accuracy': 0.5}}\nval: {{'epoch': {n}, 'time_epoch': 1.3, 'loss': 0.9{n}, 'lr': 0, 'params': 12345, 'time_iter': 0.1, 'accuracy': 0.6{n}}}\n"
            for n, loss in falling(9)
        ),
        {"loss": 2.0408, "n_evals": 9, "step": 9, "evals_last": {"loss": 0.99}},
    ),
    (
        "openfold's loop",
        "".join(
            f"\rEpoch 0:  {n}%|▏         | {n}/1000 [{n // 6:02d}:{n * 10 % 60:02d}<2:40:00,  0.10it/s, v_num=3, train/loss=8{99 - n}.0]"
            for n in range(1, 30)
        ),
        {"step": 29, "seconds_per_step": 10.0},
    ),
    (
        "scvi",
        "".join(
            f"\rEpoch {n}/400:   {n // 4}%|▎         | {n - 1}/400 [00:{n:02d}<16:00,  1.00s/it, v_num=1, train_loss_step=512, train_loss_epoch=5{99 - n}]"
            for n in range(1, 30)
        ),
        {"step": 28, "total_steps": 400, "seconds_per_step": 1.0},
    ),
    (
        "mace",
        lines(
            "2026-01-01 10:%02d:00.123 INFO: Epoch %d: head: default, loss=%s, RMSE_E_per_atom=   12.31 meV, RMSE_F=   45.61 meV / A\n",
            [(n, n, loss) for n, loss in falling(12)],
        ),
        {"step": 12, "loss": 1.9231, "seconds_per_step": 60.0},
    ),
    (
        "deepmd",
        lines(
            "[2026-01-01 10:00:%02d,123] DEEPMD INFO    batch %7d: trn: rmse = %se+01, rmse_e = 1.2e-01, rmse_f = 4.5e-01, lr = 1.00e-03\n[2026-01-01 10:00:%02d,124] DEEPMD INFO    batch %7d: total wall time = 4.10 s\n",
            [(n * 4, n * 100, loss, n * 4, n * 100) for n, loss in falling(12)],
        ),
        {"step": 1200, "seconds_per_step": 0.04},
    ),
    (
        "nequip",
        "training\n# Epoch batch         loss       loss_f  f_mae\n"
        + lines(
            "      1   %3d        %s         0.51         0.41\n", [(n * 10, loss) for n, loss in falling(9)]
        ),
        {"step": 90, "loss": 2.0408},
    ),
    (
        "weak supervision of vowpal wabbit",
        "average  since         example        example        current        current  current\nloss     last          counter         weight          label        predict features\n"
        + lines(
            "%s 0.666667 %12d %12.1f         1.0000         0.0000        6\n",
            [(loss, 2**n, 2.0**n) for n, loss in falling(12)],
        ),
        {"n_errors": 0},
    ),
]

LABELS: F = [
    (
        "arabic",
        lines("الخطوة %d/900: الخسارة %s، معدل التعلم 0.001\n", [(n * 10, loss) for n, loss in falling(12)]),
        {"step": 120, "total_steps": 900, "loss": 1.9231},
    ),
    (
        "vietnamese",
        lines("Bước %d/900 - mất mát: %s - thời gian: 0.51s\n", [(n * 10, loss) for n, loss in falling(12)]),
        {"step": 120, "total_steps": 900, "loss": 1.9231},
    ),
    (
        "german words",
        lines("Durchlauf %d von 40, Fehler %s, Dauer 2,5 s\n", [(n, loss) for n, loss in falling(12)]),
        {"step": 12, "total_steps": 40},
    ),
    (
        "chinese brackets",
        lines(
            "【训练】第%d轮，批次 %d/100，损失：%s，耗时：0.50秒\n",
            [(1 + n // 10, n % 10 * 10 + 10, loss) for n, loss in falling(19)],
        ),
        {"step": 200, "loss": 1.6949},
    ),
    (
        "hindi",
        lines("चरण %d/900 हानि %s\n", [(n * 10, loss) for n, loss in falling(12)]),
        {"step": 120, "total_steps": 900},
    ),
    (
        "decimal commas",
        lines(
            "Schritt %d/900 Verlust: %s Zeit: 0,50 s\n",
            [(n * 10, loss.replace(".", ",")) for n, loss in falling(12)],
        ),
        {"step": 120, "total_steps": 900, "loss": 1.9231},
    ),
]
SCREENS: F = [
    (
        "numpyro svi",
        "".join(
            f"\r  {n}%|▌         | {n * 200}/20000 [00:{n // 9:02d}<00:06, 3000.00it/s, init loss: 6966.2808, avg. loss [{n * 200 - 199}-{n * 200}]: {loss}]"
            for n, loss in falling(60)
        ),
        {"step": 12000, "total_steps": 20000, "loss": 1.0, "seconds_per_step": 0.00033},
    ),
    (
        "minibatch dictionary learning",
        lines("Minibatch step %d/60: mean batch cost: %s\n", falling(20)),
        {"step": 20, "total_steps": 60, "loss": 1.6667, "seconds_per_step": None},
    ),
    (
        "gensim epochs without a total",
        lines(
            "2026-01-01 10:00:%02d,123 : INFO : EPOCH %d: training on 640000 raw words (281106 effective words) took 2.0s, 140553 effective words/s\n",
            [(n * 2, n) for n in range(12)],
        ),
        {"first_step": 0, "step": 11, "seconds_per_step": 2.0},
    ),
    (
        "rich bars of 80 columns, wrapped",
        "".join(
            f"Epoch {e}/4  ━━━━━━━━━━━━━━━━━╸━━━━━━ {i}/60 0:00:0{i // 10} •       6.00it/s v_num: 0  \n                              0:00:0{9 - i // 10}                            \n"
            for e in range(5)
            for i in range(0, 61, 20)
        ),
        {"step": 300, "total_steps": 300},
    ),
    (
        "cursor up over two bars",
        "".join(
            f"\x1b[2K\rEpochs:  {e * 10}%|█  | {e}/10 [00:{e * 5:02d}<00:50,  5.00s/it]\n"
            + "".join(
                f"\x1b[2K\rSteps:  {i * 5}%|█  | {i}/20 [00:0{i // 4}<00:04,  4.00it/s, loss=0.{90 - e}]"
                for i in range(0, 21, 4)
            )
            + "\x1b[1A"
            for e in range(4)
        ),
        {"step": 80, "loss": 0.87, "seconds_per_step": 0.25},
    ),
    (
        "a bar that hides and shows the cursor",
        "\x1b[?25l"
        + "".join(
            f"\x1b[32mTraining\x1b[0m |\x1b[36m{'#' * (n // 4):25}\x1b[0m| {n}/100 [\x1b[33m{n // 2}s\x1b[0m, eta \x1b[33m{50 - n // 2}s\x1b[0m]\x1b[K\r"
            for n in range(1, 60)
        )
        + "\x1b[?25h",
        {"step": 59, "total_steps": 100},
    ),
    (
        "ranks interleaved without order",
        "".join(
            f"[rank{r}]: step {n}/400 loss {1.5 - n / 100 + r:.3f} 4.0 it/s\n"
            for n in range(1, 40)
            for r in ((3, 1, 0, 2) if n % 2 else (1, 2, 3, 0))
        ),
        {"step": 39, "total_steps": 400, "loss": 1.11, "seconds_per_step": 0.25},
    ),
    (
        "micro-steps and optimizer steps",
        "".join(
            f"micro_step {n} | step {n // 4} | loss {2 - n / 100:.3f} | dt 120ms\n" for n in range(1, 80)
        ),
        {"step": 19, "loss": 1.21},
    ),
    (
        "a resume told in words",
        lines("step %d/500 loss 0.%03d\n", [(n, 900 - n) for n in range(1, 121)])
        + "Resuming from checkpoint at step 100\n"
        + lines("step %d/500 loss 0.%03d\n", [(n, 900 - n) for n in range(101, 141)]),
        {"step": 140, "total_steps": 500, "loss": 0.76},
    ),
    (
        "three attempts with their banners",
        "".join(
            f"=== attempt {a} ===\nLoading model\n"
            + lines(
                "iter %d loss 0.%03d time 0.50s\n",
                [(n, 900 - n) for n in range((a - 1) * 50, a * 50 + 10, 10)],
            )
            for a in (1, 2, 3)
        ),
        {"step": 150, "loss": 0.75},
    ),
    (
        "pre-training, then fine-tuning",
        "".join(f"[pretrain] step {n}/1000 loss {3 - n / 1000:.3f}\n" for n in range(10, 1001, 10))
        + "".join(f"[finetune] step {n}/200 loss {1 - n / 1000:.3f}\n" for n in range(10, 91, 10)),
        {"step": 90, "total_steps": 200, "loss": 0.91},
    ),
    (
        "a warm-up of unknown length, then steps",
        "Compiling the train step (this takes about 2 minutes)\nwarm-up run 1/3 took 12.3 s\nwarm-up run 2/3 took 0.9 s\nwarm-up run 3/3 took 0.9 s\n"
        + lines("step %d/500 loss 0.%03d 2.0 it/s\n", [(n, 900 - n) for n in range(1, 41)]),
        {"first_step": 1, "step": 40, "total_steps": 500, "seconds_per_step": 0.5},
    ),
    (
        "only percentages",
        lines(
            "Training: %d%% done, loss %s, 00:%02d remaining\n",
            [(n, loss, 59 - n) for n, loss in falling(40)],
        ),
        {"loss": 1.25, "n_errors": 0},
    ),
    (
        "figures one a line",
        "".join(f"iteration: {n * 10}\nloss: {loss}\nlr: 0.001\ntime: 0.5\n\n" for n, loss in falling(14)),
        {"step": 140, "loss": 1.8519},
    ),
    (
        "figures in a box of one row",
        "".join(
            f"+-------+--------+--------+\n|  step |   loss |     lr |\n+-------+--------+--------+\n| {n * 10:5d} | {loss} | 0.0010 |\n+-------+--------+--------+\n"
            for n, loss in falling(14)
        ),
        {"step": 140, "loss": 1.8519},
    ),
    (
        "unicode box",
        "┏━━━━━━━┳━━━━━━━━┓\n┃ epoch ┃   loss ┃\n┡━━━━━━━╇━━━━━━━━┩\n"
        + lines("│ %5d │ %s │\n", falling(14))
        + "└───────┴────────┘\n",
        {"step": 14, "loss": 1.8519},
    ),
    (
        "epoch summaries beside step lines",
        "".join(
            lines(
                "Epoch [%d/5], Step [%d/100], Loss: %s\n",
                [(e, i * 20, f"{2.5 / (e + i / 10):.4f}") for i in range(1, 6)],
            )
            + f"Epoch [{e}/5] done in 10.0s, average loss: {2.5 / e:.4f}, val accuracy: 0.{80 + e}\n"
            for e in range(1, 4)
        ),
        {"step": 300, "total_steps": 500, "n_evals": 3},
    ),
    (
        "samples in thousands",
        lines(
            "Seen so far: %d samples, training loss at step %d: %s\n",
            [(n * 6400, n * 100, loss) for n, loss in falling(14)],
        ),
        {"step": 1400, "loss": 1.8519},
    ),
    (
        "key first, number after dots",
        "".join(f"step ............ {n * 10}\nloss ............ {loss}\n" for n, loss in falling(14)),
        {"step": 140},
    ),
    (
        "csv with quotes",
        '"step","train/loss","time"\n'
        + lines('"%d","%s","%d.5"\n', [(n * 10, loss, n * 5) for n, loss in falling(14)]),
        {"step": 140, "loss": 1.8519},
    ),
    (
        "tab separated with units",
        "iter\ttime (ms)\tloss\n" + lines("%d\t120.5\t%s\n", [(n * 10, loss) for n, loss in falling(14)]),
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.1205},
    ),
    (
        "an honest nothing",
        "Loading 32 shards\nUsing 8 GPUs\nModel has 124,439,808 parameters\nbatch size 64, lr 0.0003, 3 epochs\n",
        {"step": None, "loss": None, "n_evals": 0},
    ),
    (
        "a server's log",
        lines(
            '127.0.0.1 - - [01/Jan/2026:10:00:%02d] "GET /metrics HTTP/1.1" 200 %d\n',
            [(n, 500 + n) for n in range(1, 30)],
        ),
        {"step": None, "n_errors": 0},
    ),
    (
        "gpu readings only",
        lines(
            "2026-01-01 10:00:%02d gpu0 util 9%d%% mem 40211MiB temp 6%d C power 310.%d W\n",
            [(n, n % 9, n % 7, n) for n in range(1, 30)],
        ),
        {"step": None, "n_errors": 0},
    ),
    (
        "pip and apt",
        "Collecting torch==2.5.1\n  Downloading torch-2.5.1-cp311-cp311-manylinux1_x86_64.whl (906.4 MB)\n"
        + "".join(
            f"\r     {'━' * n} {n * 22.5:.1f}/906.4 MB 45.2 MB/s eta 0:00:{20 - n // 2:02d}"
            for n in range(1, 40)
        )
        + "\nInstalling collected packages: torch\nSuccessfully installed torch-2.5.1\nGet:1 http://deb.example/ubuntu jammy InRelease [270 kB]\nFetched 29.1 MB in 3s (9,812 kB/s)\nReading package lists... 12%\rReading package lists... 100%\r\n",
        {"step": None, "n_errors": 0},
    ),
]
LATER: F = [
    (
        "paddlenlp",
        "".join(
            f"[2026-01-01 10:00:{n * 2:02d},100] [    INFO] - loss: {loss}, learning_rate: 3e-05, global_step: {n * 10}, current_memory_allocated: 12.3, interval_runtime: 2.0, interval_samples_per_second: 40.0, interval_steps_per_second: 5.0, progress_or_epoch: 0.{n:02d}\n"
            for n, loss in falling(14)
        ),
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.2, "n_evals": 0},
    ),
    (
        "ms-swift",
        "".join(
            f"{{'loss': {loss}, 'token_acc': 0.6, 'grad_norm': 1.0, 'learning_rate': 1e-05, 'memory(GiB)': 12.3, 'train_speed(iter/s)': 0.5, 'epoch': {n / 100:.2f}, 'global_step/max_steps': '{n * 10}/400', 'percentage': '10.00%', 'elapsed_time': '{n * 20}s', 'remaining_time': '3m 0s'}}\n"
            for n, loss in falling(14)
        ),
        {"step": 140, "total_steps": 400, "loss": 1.8519, "seconds_per_step": 2.0},
    ),
    (
        "picotron",
        lines(
            "[rank 0] Step: %-5d | Loss: %s | Global batch size: %s | Tokens/s: 12.1K | Tokens/s/GPU: 3.0K | Tokens: %s/10.0M | MFU: 40.12%% | Memory usage: 12.31GB\n",
            [(n, loss, "512.0K", f"{n * 512}K") for n, loss in falling(14)],
        ),
        {"step": 14, "loss": 1.8519},
    ),
    (
        "nemo-rl",
        "".join(
            f"========================= Step {n}/1000 =========================\n▶ Preparing batch...\n▶ Generating responses for batch of size 512...\n▶ Training policy...\n\n📊 Training Results:\n  • Loss: {loss}\n  • Avg Reward: 0.3{n:02d}\n\n⏱️  Timing:\n  • Total step time: 45.21s\n  • policy_training: 12.21s (27.0%)\n"
            for n, loss in falling(14)
        ),
        {"step": 14, "total_steps": 1000, "loss": 1.8519, "seconds_per_step": 45.21},
    ),
    (
        "garage",
        "".join(
            f"---------------------------------------  ---------------\nAverage/Return                            12.{n}\nLF_ClipFraction                           0.0\nTotalEnvSteps                         {n * 4000}\nIteration                                {n}\nTime                                   {n * 5}.1\n---------------------------------------  ---------------\n"
            for n, _ in falling(12)
        ),
        {"n_errors": 0},
    ),
    (
        "skrl",
        "".join(f"\r {n}%|▏         | {n * 24}/2400 [00:{n:02d}<02:00, 24.00it/s]" for n in range(1, 60)),
        {"step": 1416, "total_steps": 2400, "seconds_per_step": 0.0417},
    ),
    (
        "isaac lab iterations",
        "".join(
            f"{'#' * 80}\n                       Learning iteration {n}/1500                       \n\n                       Computation: 51234 steps/s (collection: 1.512s, learning 0.412s)\n               Value function loss: {loss}\n                    Surrogate loss: -0.0112\n             Mean action noise std: 0.81\n                       Mean reward: 12.3{n}\n{'-' * 80}\n                   Total timesteps: {n * 98304}\n                    Iteration time: 1.92s\n                        Total time: {n * 1.92:.2f}s\n                               ETA: 2851.1s\n\n"
            for n, loss in falling(12)
        ),
        {"step": 12, "total_steps": 1500, "seconds_per_step": 1.92},
    ),
    (
        "levanter of late",
        lines(
            "2026-01-01T10:00:%02d - 0 - levanter.tracker - INFO - step %d loss=%s\n",
            [(n * 2, n * 10, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.2},
    ),
    (
        "t5x metrics",
        lines(
            "I0101 10:00:%02d.123456 140000000000000 local.py:51] [%d] accuracy=0.3%02d, learning_rate=0.01, loss=%s, steps_per_second=5.0\n",
            [(n * 2, n * 10, n, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.2},
    ),
    (
        "fairseq evaluations",
        lines(
            '2026-01-01 10:00:%02d | INFO | train_inner | {"epoch": 1, "update": 0.%03d, "loss": "%s", "ppl": "9.1", "wps": "1234", "ups": "5.0", "num_updates": "%d", "lr": "0.0005", "train_wall": "20"}\n',
            [(n * 2, n, loss, n * 10) for n, loss in falling(14)],
        )
        + '2026-01-01 10:00:40 | INFO | valid | {"epoch": 1, "valid_loss": "2.112", "valid_ppl": "8.1", "valid_num_updates": "140", "valid_best_loss": "2.112"}\n',
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.2, "n_evals": 1},
    ),
    (
        "k2 icefall of late",
        lines(
            "2026-01-01 10:00:%02d,123 INFO [train.py:1021] (0/2) Epoch 1, batch %d, loss[loss=0.9%02d, simple_loss=0.8, pruned_loss=0.7, over 5012.00 frames. ], tot_loss[loss=%s, simple_loss=0.9, pruned_loss=0.8, over 100120.00 frames. ], batch size: 21, lr: 2.25e-02, grad_scale: 2.0\n",
            [(n * 2, n * 50, n, loss) for n, loss in falling(14)],
        )
        + "2026-01-01 10:00:40,123 INFO [train.py:1048] (0/2) Computing validation loss\n2026-01-01 10:00:50,123 INFO [train.py:1057] (0/2) Epoch 1, validation: loss=0.512, simple_loss=0.6, pruned_loss=0.4, over 944034.00 frames. \n",
        {"step": 700, "seconds_per_step": 0.04, "n_evals": 1},
    ),
    (
        "aim console of catalyst",
        lines(
            "%d/10 * Epoch (train) | loss: %s | lr: 0.001\n%d/10 * Epoch (valid) | loss: 0.9%02d | accuracy: 0.8\n",
            [(n, loss, n, n) for n, loss in falling(9)],
        ),
        {"step": 9, "total_steps": 10, "loss": 2.0408, "n_evals": 9},
    ),
    (
        "gan with two losses",
        lines(
            "Epoch [%d/50] Batch %d/200 Loss D: 0.5123, loss G: %s\n",
            [(n // 10, n % 10 * 20, loss) for n, loss in falling(30)],
        ),
        {"step_about": (600, 1)},
    ),
    (
        "reinforce of the pytorch examples",
        lines(
            "Episode %d\tLast reward: 12.%02d\tAverage reward: %s\n",
            [(n * 10, n, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "n_evals": 0},
    ),
    (
        "word language model",
        lines(
            "| epoch   1 | %5d/ 2983 batches | lr 20.00 | ms/batch 50.12 | loss %s | ppl   123.45\n",
            [(n * 200, loss) for n, loss in falling(14)],
        )
        + "-" * 89
        + "\n| end of epoch   1 | time: 150.12s | valid loss  4.91 | valid ppl   135.12\n"
        + "-" * 89
        + "\n",
        {"loss": 1.8519, "seconds_per_step": 0.05012, "n_evals": 1},
    ),
    (
        "a bar beside json lines",
        "".join(
            f"\r{n}%|▏ | {n}/100 [00:{n:02d}<01:00,  1.00it/s]"
            + (f'\n{{"step": {n}, "train_loss": {loss}, "time": {n}.0}}\n' if n % 5 == 0 else "")
            for n, loss in falling(50)
        ),
        {"step": 50, "total_steps": 100, "loss": 1.1111, "seconds_per_step": 1.0},
    ),
    (
        "steps of an evaluation that run longer than the training's",
        lines("train step %d/200 loss %s\n", [(n, loss) for n, loss in falling(50)])
        + lines("eval step %d/5000 loss 0.9\n", [(n,) for n in range(1, 50)]),
        {"step": 50, "total_steps": 200, "loss": 1.1111},
    ),
    (
        "epochs counted from nought beside steps from nought",
        lines("epoch %d step %d loss %s\n", [((n - 1) // 10, (n - 1) % 10, loss) for n, loss in falling(40)]),
        {"step": 40, "loss": 1.25},
    ),
    (
        "time per epoch beside time per step",
        lines("Epoch %d/20 | 120 steps | loss %s | epoch time 12.0s | step time 100ms\n", falling(9)),
        {"total_steps": 20, "loss": 2.0408},
    ),
    (
        "time left in words",
        lines("iter %d of 5000, loss %s, about 3 hours left\n", [(n * 10, loss) for n, loss in falling(14)]),
        {"step": 140, "total_steps": 5000, "loss": 1.8519},
    ),
    (
        "markdown list",
        lines("- step: %d\n- loss: %s\n\n", [(n * 10, loss) for n, loss in falling(14)]),
        {"step": 140, "loss": 1.8519},
    ),
    (
        "emoji and bullets",
        lines(
            "🚀 Epoch 1 • step %d/300 • 📉 loss %s • ⏱ 0.50s/it\n",
            [(n * 10, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "total_steps": 300, "loss": 1.8519, "seconds_per_step": 0.5},
    ),
    (
        "torch xla",
        "Epoch 1 train begin 21:35:02\n"
        + "".join(
            f"| Training Device=xla:0/{d} Epoch=1 Step={n * 20} Loss={loss} Rate=812.1{d} GlobalRate=790.20 Time=21:35:{n * 2:02d}\n"
            for n, loss in falling(14)
            for d in (2, 0, 1, 3)
        ),
        {"step": 280, "loss": 1.8519, "seconds_per_step": 0.1},
    ),
    (
        "lightly train",
        lines(
            "[2026-01-01 10:00:%02d,052][INFO] Train Step %3d/200 | Epoch 1 | train_loss: %s | lr: 0.00005457 | Profiling [ GPU Util 52.3%% | GPU Max Mem  9760.3 MB | Step Time 0.20s | Data Time 0.03s |  121 img/s ]\n",
            [(n * 2, n * 10, loss) for n, loss in falling(20)],
        )
        + "[2026-01-01 10:00:50,149][INFO] Validating...\n"
        + lines(
            "[2026-01-01 10:00:%02d,281][INFO] Val Step %3d/157 | Epoch 1 | Profiling [ GPU Util 30.0%% | GPU Max Mem   874.0 MB | Step Time 1.58s | Data Time 0.79s |   20 img/s ]\n",
            [(50 + n, n * 20) for n in range(1, 8)],
        ),
        {"step": 200, "total_steps": 200, "loss": 1.6667, "seconds_per_step": 0.2, "n_evals": 0},
    ),
    (
        "epochs complete, then tested",
        "".join(
            f"2026-01-01 {10 + n // 6}:{n * 10 % 60:02d}:51,376 - INFO: ===> Epoch {n} Complete: Avg. Loss: {loss} time: 600.12\n2026-01-01 {10 + n // 6}:{n * 10 % 60:02d}:51,890 - INFO: ===> Epoch {n}: testing psnr = 34.{n:02d}, ssim = 0.937, time: 0.02\n"
            for n, loss in falling(14)
        ),
        {
            "step": 14,
            "loss": 1.8519,
            "seconds_per_step": 600.0,
            "n_evals": 14,
            "evals_last": {"testing psnr": 34.14},
        },
    ),
    (
        "stages one a line",
        "".join(
            f"Stage.TRAIN\nEpoch:{n}\nloss: {loss}\nAccuracy: 90.{n:02d}\nStage.EVAL\nEpoch:{n}\nloss: 1.9{n:02d}\nAccuracy: 89.{n:02d}\n"
            for n, loss in falling(9)
        ),
        {"n_errors": 0},
    ),
    (
        "stockfish's trainer",
        "".join(
            f"\rEpoch {e}:  {i}%|███       | {i * 123}/12300 [{i * 9 // 60:02d}:{i * 9 % 60:02d}<09:15, 13.47it/s, loss=0.01{e}6, v_num=1]"
            for e in (0, 1)
            for i in range(0, 101, 4)
        ),
        {"step": 24600, "loss": 0.0116, "seconds_per_step": 0.0742},
    ),
    (
        "an outer bar of epochs in its own unit",
        "".join(
            "".join(
                f"\rEpoch {e}: {i * 10}%|███| {i * 99}/990 [00:{i * 5:02d}<00:05, 19.80batch/s, avg_loss=0.34, loss=0.0{6 - e}, lr=1.00e-04]"
                for i in range(11)
            )
            + f"\nTraining: {(e + 1) * 50}%|███| {e + 1}/2 [00:{(e + 1) * 25}<00:25, 25.00s/epoch]\n"
            for e in range(2)
        ),
        {"step": 1980, "total_steps": 1980, "seconds_per_step": 0.0505},
    ),
    (
        "a table under a rule",
        "  step |     loss |       lr |   s/step\n"
        "-------+----------+----------+---------\n"
        + lines(" %5d |   %s |  1.0e-03 |    0.250\n", [(n * 10, loss) for n, loss in falling(14)]),
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.25},
    ),
    (
        "warnings between the frames",
        "".join(
            f"\r {n}%|▏ | {n}/100 [00:{n:02d}<01:00,  1.00it/s, loss={loss}]"
            + (
                "/usr/lib/x.py:12: UserWarning: step 999 of 9999 may fail\n  warnings.warn(\n"
                if n % 7 == 0
                else ""
            )
            for n, loss in falling(50)
        ),
        {"step": 50, "total_steps": 100, "loss": 1.1111, "n_errors": 0},
    ),
    (
        "settings with growing numbers",
        "layer 1: 128 units\nlayer 2: 256 units\nlayer 3: 512 units\nlayer 4: 1024 units\nlayer 5: 2048 units, rate 0.5\n",
        {"step": None},
    ),
    (
        "shards that are loaded",
        lines("Loaded shard %d in 0.%02d s\n", [(n, 90 - n) for n in range(1, 30)]),
        {"step": None},
    ),
    (
        "checkpoint shards by a bar",
        "".join(
            f"\rLoading checkpoint shards: {n * 10}%|█ | {n}/10 [00:{n:02d}<00:10,  1.00s/it]"
            for n in range(11)
        )
        + "\n"
        + "".join(
            f"\rLoading safetensors: {n * 10}%|█ | {n}/10 [00:{n:02d}<00:10,  1.00s/it]" for n in range(11)
        )
        + "\n",
        {"step": None},
    ),
    (
        "requests of an inference server",
        lines(
            "INFO 01-01 10:00:%02d metrics.py:345] Avg prompt throughput: 12%d.1 tokens/s, Avg generation throughput: 812.3 tokens/s, Running: 12 reqs, Swapped: 0 reqs, Pending: 0 reqs, GPU KV cache usage: 1%d.3%%, CPU KV cache usage: 0.0%%.\n",
            [(n * 2, n, n % 9) for n in range(1, 25)],
        ),
        {"step": None},
    ),
    (
        "a resume that replays the bar",
        "".join(f"\r {n // 5}%|▏ | {n}/500 [00:{n // 4 % 60:02d}<01:00,  4.00it/s]" for n in range(1, 200))
        + "\nResuming from outputs/checkpoint-150\n"
        + "".join(
            f"\r {n // 5}%|▏ | {n}/500 [00:{(n - 150) // 4 % 60:02d}<01:00,  4.00it/s]"
            for n in range(150, 260)
        ),
        {"step": 259, "total_steps": 500, "seconds_per_step": 0.25},
    ),
    (
        "both losses of a fold",
        "".join(
            f"Fold {f}\n"
            + lines(
                "Epoch %d/10 - train_loss: %s - val_loss: 0.9%02d - lr: 0.001\n",
                [(n, loss, n) for n, loss in falling(10)],
            )
            for f in (1, 2)
        ),
        {"step": 10, "total_steps": 10, "loss": 2.0, "n_evals": 20},
    ),
    (
        "hours in the clock",
        lines(
            "[2026-01-01 1%d:%02d:00] Iter %6d | Loss %s | Elapsed 1%d:%02d:00 | ETA 2 days, 3:04:05\n",
            [(n // 6, n * 10 % 60, n * 1000, loss, n // 6, n * 10 % 60) for n, loss in falling(14)],
        ),
        {"step": 14000, "loss": 1.8519, "seconds_per_step": 0.6},
    ),
    (
        "milliseconds beside samples a second",
        lines(
            "step=%d  loss=%s  samples/s=812.3  ms/step=250.1  mem=40.1GB\n",
            [(n, loss) for n, loss in falling(14)],
        ),
        {"step": 14, "loss": 1.8519, "seconds_per_step": 0.2501},
    ),
    (
        "tokens a second alone",
        lines("step %d | loss %s | 81,234 tok/s\n", [(n, loss) for n, loss in falling(14)]),
        {"step": 14, "loss": 1.8519, "seconds_per_step": None},
    ),
    (
        "iterations a minute",
        lines("iter %d loss %s (120.0 it/min)\n", [(n, loss) for n, loss in falling(14)]),
        {"step": 14, "loss": 1.8519, "seconds_per_step": 0.5},
    ),
    (
        "minutes an epoch",
        lines("Epoch %d/30 loss %s (2.5 min)\n", falling(9)),
        {"step": 9, "total_steps": 30, "seconds_per_step": 150.0},
    ),
    (
        "negative losses",
        lines("step %d/100 elbo=-%s loss=-0.%02d\n", [(n, loss, n) for n, loss in falling(14)]),
        {"step": 14, "loss": -0.14},
    ),
    (
        "losses in exponents",
        lines("step %d, loss = %sE-03, |g| = 1.2E+01\n", falling(14)),
        {"step": 14, "loss": 0.0018519},
    ),
    (
        "step with leading hash",
        lines("#%d loss=%s acc=0.9%02d\n", [(n * 10, loss, n) for n, loss in falling(14)]),
        {"step": 140, "loss": 1.8519},
    ),
    (
        "s for step, e for epoch",
        lines("e%02d s%05d loss %s lr 1e-3\n", [(n // 10, n * 10, loss) for n, loss in falling(25)]),
        {"loss": 1.5385},
    ),
    (
        "a fraction with blanks",
        lines("[ %3d / 500 ] loss: %s  time: 0.50s\n", falling(14)),
        {"step": 14, "total_steps": 500, "loss": 1.8519, "seconds_per_step": 0.5},
    ),
    (
        "batches under an epoch with a percent",
        lines(
            "Train Epoch: %d [%d/50000 (%d%%)]\tLoss: %s\n",
            [(1 + n // 10, n % 10 * 5000, n % 10 * 10, loss) for n, loss in falling(29)],
        ),
        {"loss": 1.4493},
    ),
    (
        "test lines in the midst",
        "".join(
            f"Iteration {n * 10}, loss = {loss}\n"
            + (f"Test iteration {n * 10}: test loss = 0.9{n:02d}, top-1 = 71.{n}\n" if n % 5 == 0 else "")
            for n, loss in falling(20)
        ),
        {"step": 200, "loss": 1.6667, "n_evals": 4},
    ),
    (
        "a best line after each evaluation",
        "".join(
            f"step {n * 10}/400 loss {loss}\n"
            + (f"val acc 0.8{n:02d} (best 0.8{n:02d} at step {n * 10})\n" if n % 5 == 0 else "")
            for n, loss in falling(20)
        ),
        {"step": 200, "total_steps": 400, "loss": 1.6667, "n_evals": 4},
    ),
    (
        "steps in parentheses",
        lines(
            "2026-01-01 10:00:%02d Training (step %d of 400): loss %s, 5.0 steps/s\n",
            [(n * 2, n * 10, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "total_steps": 400, "loss": 1.8519, "seconds_per_step": 0.2},
    ),
    (
        "epochs with a fraction that begin at nought",
        "{'loss': 2.5, 'grad_norm': 0.5, 'learning_rate': 1e-05, 'epoch': 0.0}\n"
        + lines(
            "{'loss': %s, 'grad_norm': 0.5, 'learning_rate': 1e-05, 'epoch': 0.%02d}\n",
            [(loss, n) for n, loss in falling(14)],
        ),
        {"step": None, "loss": 1.8519},
    ),
    (
        "closing means of hugging face",
        "".join(f"\r {n}%|▏ | {n}/100 [00:{n // 2:02d}<01:00,  2.00it/s]" for n in range(1, 101))
        + "\n{'loss': '0.5', 'grad_norm': '0.4', 'learning_rate': '1e-05', 'epoch': '1'}\n{'train_runtime': '64.88', 'train_samples_per_second': '36.99', 'train_steps_per_second': '4.6', 'train_loss': '1.003', 'epoch': '1'}\n",
        {"step": 100, "total_steps": 100, "loss": 0.5, "seconds_per_step": 0.5},
    ),
    (
        "updates of a server",
        lines(
            "round %d: mean loss %s over 12 clients, accuracy 0.8%02d, took 3.0s\n",
            [(n, loss, n) for n, loss in falling(14)],
        ),
        {"step": 14, "loss": 1.8519, "seconds_per_step": 3.0},
    ),
    (
        "a nested validation bar after each epoch's bar",
        "".join(
            "".join(
                f"\rEpoch {e}/3: {i * 10}%|███| {i * 10}/100 [00:{i:02d}<00:10, 10.00it/s, loss=0.{9 - e}]"
                for i in range(11)
            )
            + "\n"
            + "".join(
                f"\rValidating: {i * 10}%|███| {i * 3}/30 [00:0{i // 4}<00:02, 10.00it/s]" for i in range(11)
            )
            + f"\nEpoch {e}: val_loss=0.{8 - e}\n"
            for e in range(1, 4)
        ),
        {"step": 300, "total_steps": 300, "loss": 0.6, "seconds_per_step": 0.1, "n_evals": 3},
    ),
    (
        "evaluations with a step of their own in words",
        "".join(
            f"[{n * 10:5d}/4000] train/loss: {loss} | lr: 1.0e-4 | 0.20s/step\n"
            + (
                f"Evaluation at step {n * 10}: accuracy = 0.8{n:02d}, loss = 0.9{n:02d}\n"
                if n % 5 == 0
                else ""
            )
            for n, loss in falling(20)
        ),
        {
            "step": 200,
            "total_steps": 4000,
            "loss": 1.6667,
            "seconds_per_step": 0.2,
            "n_evals": 4,
            "evals_last": {"accuracy": 0.82},
        },
    ),
    (
        "rewards in place of losses",
        lines(
            "Update %d, num timesteps %d, FPS 2048, mean/median reward 12.%02d/11.90, entropy 0.5, value loss %s\n",
            [(n * 10, n * 20480, n, loss) for n, loss in falling(14)],
        ),
        {"step": 286720, "n_evals": 0},
    ),
    (
        "loguru with a bar",
        "".join(
            f"2026-01-01 10:00:{n:02d}.123 | INFO     | train:fit:45 - [{n * 2:3d}/200]  1%|▏ | loss={loss:>8} | t/step=0.50s\n"
            for n, loss in falling(40)
        ),
        {"step": 80, "total_steps": 200, "loss": 1.25, "seconds_per_step": 0.5},
    ),
    (
        "german sentences",
        lines(
            "[%02d:%02d:00] Schritt %d von 500 abgeschlossen, Verlust = %s, Restzeit 1:02:03\n",
            [(10 + n // 6, n * 10 % 60, n * 10, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "total_steps": 500, "loss": 1.8519, "seconds_per_step": 60.0},
    ),
    (
        "japanese bar",
        "".join(
            f"\r学習中:  {n}%|▏ | {n}/100 [00:{n:02d}<01:00,  1.00it/s, 損失={loss}]"
            for n, loss in falling(50)
        ),
        {"step": 50, "total_steps": 100, "loss": 1.1111, "seconds_per_step": 1.0},
    ),
    (
        "russian",
        lines(
            "Эпоха %d/20, потери: %s, точность на валидации: 0.8%02d, время: 3.0 с\n",
            [(n, loss, n) for n, loss in falling(9)],
        ),
        {"step": 9, "total_steps": 20, "loss": 2.0408},
    ),
    (
        "korean",
        lines(
            "에포크 1/3 | 스텝 %d/300 | 손실 %s | 속도 2.0 it/s\n",
            [(n * 10, loss) for n, loss in falling(14)],
        ),
        {"step": 140, "loss": 1.8519, "seconds_per_step": 0.5},
    ),
]
ELSEWHERE: F = [*OTHER_LANGUAGES, *OLDER, *CLASSIC, *LABELS, *SCREENS, *LATER]
