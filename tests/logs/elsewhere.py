# ruff: noqa: E501  (log lines are as long, and as strange, as they are)
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
ELSEWHERE: F = [*OTHER_LANGUAGES, *OLDER]
