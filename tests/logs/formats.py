# ruff: noqa: E501  (log lines are as long as they are)
"""Small logs in the layouts of many frameworks, and what they say. Written by hand; no run made them.

Each entry: name, text, expected fields of the summary. `evals` is a list of (step, {metric: value});
a field that is not named is not asked for.
"""

from typing import Any

NOT_TOLD: Any = None


def lines(template: str, values: list[tuple[Any, ...]]) -> str:
    return "".join(template % row for row in values)


BAR = "\r%3d%%|████      | %d/%d [00:%02d<00:10,  2.00it/s%s]"


def bar(steps: range, total: int, desc: str = "", post: str = "") -> str:
    return "".join(("\r" + desc + (BAR % (100 * n // total, n, total, n // 2 % 60, post))[1:]) for n in steps)


FORMATS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "catboost",
        lines(
            "%d:\tlearn: 0.%d\ttest: 0.%d\tbest: 0.6801 (0)\ttotal: %dms\tremaining: 58.3s\n",
            [(i, 6900 - i, 7000 - i, 100 * (i + 1)) for i in range(0, 120, 10)],
        )
        + "Stopped by overfitting detector  (20 iterations wait)\n\nbestTest = 0.35\nbestIteration = 90\n",
        {"step": 110, "loss": 0.679, "first_step": 0, "seconds_per_step": 0.1, "n_evals": 12, "early": True},
    ),
    (
        "lightgbm",
        "[LightGBM] [Info] Number of data points in the train set: 4000, number of used features: 20\n"
        "Training until validation scores don't improve for 20 rounds\n"
        + lines(
            "[%d]\ttraining's binary_logloss: 0.%d\tvalid_0's binary_logloss: 0.%d\n",
            [(i, 700 - i, 710 - i) for i in range(10, 120, 10)],
        )
        + "Early stopping, best iteration is:\n[85]\ttraining's binary_logloss: 0.6\tvalid_0's binary_logloss: 0.62\n",
        {"loss": 0.6, "early": True, "last_moving_step": 110},
    ),
    (
        "fastai table",
        "epoch     train_loss  valid_loss  accuracy  time    \n"
        + lines(
            "%d         0.%d12345    0.%d54321    0.8%d0000  00:05     \n",
            [(i, 9 - i, 9 - i, i) for i in range(5)],
        ),
        {"step": 4, "loss": 0.512345, "evals_last": {"valid_loss": 0.554321, "accuracy": 0.84}},
    ),
    (
        "skorch",
        "  epoch    train_loss    valid_acc    valid_loss     dur\n"
        "-------  ------------  -----------  ------------  ------\n"
        + lines(
            "      %d        \x1b[36m0.6%d05\x1b[0m       0.6150        0.6749  0.0456\n",
            [(i, 9 - i) for i in range(1, 8)],
        ),
        {"step": 7, "loss": 0.6205, "seconds_per_step": 0.0456},
    ),
    (
        "spacy",
        "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  ENTS_P  ENTS_R  SCORE \n"
        "---  ------  ------------  --------  ------  ------  ------  ------\n"
        + lines(
            "  %d     %3d          0.00     52.%d3    0.00    0.00    0.00    0.00\n",
            [(i // 2, i * 200, 9 - i) for i in range(6)],
        ),
        {"step": 1000, "first_step": 0},
    ),
    (
        "flair",
        lines(
            "2026-11-23 19:51:%02d,123 epoch %d - iter %d/60 - loss 1.2%d4 - time (sec): %d.20 - samples/sec: 80.1 - lr: 0.100000\n",
            [(e * 12 + i, e, i * 6, i, i) for e in (1, 2) for i in range(1, 11)],
        ),
        {"step": 120, "loss": 1.2104, "epoch": 2},
    ),
    (
        "tf estimator",
        "INFO:tensorflow:Calling model_fn.\n"
        + lines(
            "INFO:tensorflow:global_step/sec: 25.0\nINFO:tensorflow:loss = 2.%d, step = %d (4.000 sec)\n",
            [(9 - i, i * 100) for i in range(1, 6)],
        )
        + "INFO:tensorflow:Saving checkpoints for 500 into /tmp/m/model.ckpt.\n"
        "INFO:tensorflow:Saving dict for global step 500: accuracy = 0.9, global_step = 500, loss = 0.2\n",
        {"step": 500, "seconds_per_step": 0.04, "loss": 2.4},
    ),
    (
        "paddle",
        lines(
            "[2026/11/23 19:51:%02d] ppcls INFO: [Train][Epoch %d/5][Iter: %d/20]lr(PiecewiseDecay): 0.01, top1: 0.1, CELoss: 2.3%d, "
            "loss: 2.3%d, batch_cost: 0.31000s, reader_cost: 0.01, ips: 25.1 samples/s, eta: 0:06:12\n",
            [(e * 6 + i * 3, e, i * 10, i, i) for e in (1, 2, 3) for i in (0, 1)],
        ),
        {"step_about": (50, 2), "total_steps": 100, "seconds_per_step": 0.31, "epoch": 3},
    ),
    (
        "timm",
        lines(
            "Train: %d [%4d/1251 (%3d%%)]  Loss: 6.9%d (6.95)  Time: 0.312s,  820.10/s  (0.320s, 800.00/s)  LR: 1.000e-05  Data: 0.010 (0.020)\n",
            [(e, i * 50, i * 4, i) for e in (0, 1) for i in range(10)],
        )
        + "Test: [  10/97]  Time: 0.300 (0.400)  Loss: 1.2 (1.3)  Acc@1: 70.0 (71.0)  Acc@5: 90.0 (91.0)\n",
        {"step_about": (1251 + 451, 2), "seconds_per_step": 0.312, "n_evals": 0},
    ),
    (
        "ignite",
        "".join(
            f"\rEpoch [{e}/3]: [{i}/60]  17%|█▋        , loss=0.{i:03d} [00:{i // 2:02d}<00:{30 - i // 2:02d}]"
            for e in (1, 2)
            for i in range(2, 61, 2)
        ),
        {"step": 120, "total_steps": 180, "epoch": 2, "loss": 0.06, "seconds_per_step": 0.5},
    ),
    (
        "catalyst",
        "".join(
            bar(range(0, 81, 8), 80, f"{e}/3 * Epoch (train): ", ", accuracy01=0.100, loss=2.300")
            + f"\ntrain ({e}/3) accuracy01: 0.5600 | loss: 1.2000 | lr: 0.0010\nvalid ({e}/3) accuracy01: 0.6{e}00 | loss: 1.1000\n* Epoch ({e}/3)\n"
            for e in (1, 2)
        ),
        {"step": 160, "total_steps": 240, "n_evals": 2, "seconds_per_step": 0.5},
    ),
    (
        "composer bar",
        "".join(
            bar(range(0, 61, 6), 60, f"train          Epoch   {e}: ", ", loss/train/total=0.5000").replace(
                "it/s", "ba/s"
            )
            for e in (0, 1)
        ),
        {"step": 120, "loss": 0.5, "epoch": 1},
    ),
    (
        "composer console",
        lines(
            "[epoch=%d][batch=%d/60]:\n\t Train time/epoch: 0\n\t Train loss/train/total: 2.3%d\n",
            [(0, i, i) for i in (10, 20, 30)],
        )
        + "[Eval batch=1/10] Eval on eval data:\n\t Eval metrics/eval/Accuracy: 0.7000\n",
        {"step": 30, "loss": 2.330},
    ),
    (
        "llm.c",
        lines(
            "step    %d/74 | loss 4.3%d (+nanz)| norm 30.2 (+nanz)| lr 1.43e-06 | 2400.00 ms | 50.0%% bf16 MFU | 215000 tok/s\n",
            [(i, i) for i in range(1, 20)],
        )
        + "val loss 3.512\n",
        {
            "step": 19,
            "total_steps": 74,
            "seconds_per_step": 2.4,
            "evals_last": {"val_loss": 3.512},
            "n_errors": 0,
        },
    ),
    (
        "llm.c old",
        lines("step %d: train loss 5.%d (took 1234.1 ms)\n", [(i, 300 - i) for i in range(12)])
        + "val loss 5.1\n",
        {"step": 11, "seconds_per_step": 1.234, "n_evals": 1},
    ),
    (
        "litgpt",
        lines(
            "Epoch 1 | iter %d step %d | loss train: 1.2%d, val: n/a | iter time: 234.50 ms (step) remaining time: 0:12:33\n",
            [(i * 4, i, i) for i in range(1, 30)],
        ),
        {"step": 29, "loss": 1.229},
    ),
    (
        "torchtune",
        "".join(
            f"\r1|{n}|Loss: 1.{n:02d}:  33%|███▎      | {n}/30 [00:{n:02d}<00:20,  1.00s/it]"
            for n in range(1, 31)
        ),
        {"step": 30, "total_steps": 30, "seconds_per_step": 1.0, "loss": 1.3},
    ),
    (
        "torchtune file",
        lines(
            "Step %d | loss:1.%d lr:2e-05 tokens_per_second_per_gpu:1234.5 peak_memory_active:10.2\n",
            [(i, i) for i in range(1, 25)],
        ),
        {"step": 24, "loss": 1.24},
    ),
    (
        "torchtitan",
        lines(
            "[rank0]:[titan] 2026-05-18 11:20:%02d,114 - root - INFO - \x1b[31mstep: %2d  \x1b[32mloss:  4.1%d  \x1b[33mgrad_norm:  1.0127  "
            "\x1b[34mmemory: 11.20GiB(47.10%%)  \x1b[36mtps: 6,954  tflops: 41.30  mfu: 13.22%%\x1b[39m\n",
            [(i * 2, i, i) for i in range(1, 25)],
        ),
        {"step": 24, "loss": 4.124, "seconds_per_step": 2.0, "total_steps": None},
    ),
    (
        "nemo",
        lines(
            " 0: Training epoch 0, iteration %d/99 | lr: 6.8e-06 | global_batch_size: 32 | global_step: %d | reduced_train_loss: 2.7%d | "
            "train_step_timing in s: 0.201%d | consumed_samples: 1120 | val_loss: 2.902\n",
            [(i, i, i, i % 9) for i in range(35)],
        ),
        {"step": 34, "total_steps": 100, "seconds_per_step": 0.2014, "loss": 2.734, "n_evals": 1},
    ),
    (
        "maxtext",
        lines(
            "I0811 21:54:%02d.531340 138304 metric_logger.py:226] completed step: %d, seconds: 4.812, TFLOP/s/device: 158.910, "
            "Tokens/s/device: 10213.633, total_weights: 196608, loss: 9.%d\n",
            [(i * 48 // 10, i, 900 - i) for i in range(12)],
        ),
        {"step": 11, "loss": 9.889, "seconds_per_step": 4.812},
    ),
    (
        "levanter",
        lines(
            "2026-06-14T06:18:25 - 0 - levanter - INFO :: Progress on:train %d.0it/90.0it rate:61.5s/it remaining:1:07:39 elapsed:27:10 postfix:loss=2.%d\n",
            [(i, i) for i in range(10, 25)],
        ),
        {"step": 24, "total_steps": 90, "seconds_per_step": 61.5, "loss": 2.24},
    ),
    (
        "fairseq",
        lines(
            "2020-04-02 08:15:%02d | INFO | train_inner | epoch 003:     %d / 356 loss=7.%d, nll_loss=5.98, ppl=63.12, wps=28110, ups=0.08, wpb=1, bsz=1, "
            "num_updates=%d, lr=0.00018, gnorm=1.904, loss_scale=16, train_wall=1190, wall=8120\n",
            [(i * 3, i // 4 * 2, 300 - i, 712 + i // 4) for i in range(1, 20)],
        )
        + "2020-04-02 08:20:11 | INFO | valid | epoch 003 | valid on 'valid' subset | loss 6.5 | nll_loss 5.2 | ppl 36.7 | num_updates 750\n",
        {"step": 716, "loss": 7.281, "seconds_per_step": 12.5, "epoch": 3, "evals_last": {"loss": 6.5}},
    ),
    (
        "espnet",
        lines(
            "[host] 2023-11-02 10:20:%02d,101 (trainer:753) INFO: %depoch:train:%d-%dbatch: iter_time=2.300e-04, forward_time=0.052, loss_ctc=160.2, "
            "loss=141.%d, optim0_lr0=2.000e-05, train_time=0.14%d\n",
            [(i * 7 % 60, 1, i * 50 + 1, i * 50 + 50, i, i % 3) for i in range(9)],
        ),
        {"step": 450, "loss": 141.8, "seconds_per_step": 0.141, "epoch": 1},
    ),
    (
        "deepspeed",
        lines(
            "[2026-07-17 08:01:%02d,212] [INFO] [logging.py:96:log_dist] [Rank 0] step=%d, skipped=0, lr=[0.001], mom=[(0.9, 0.999)]\n"
            "[2026-07-17 08:01:%02d,212] [INFO] [timer.py:258:stop] epoch=0/micro_step=%d/global_step=%d, RunningAvgSamplesPerSec=21.40, "
            "CurrSamplesPerSec=20.97, MemAllocated=0.11GB, MaxMemAllocated=1.52GB\n",
            [(i * 5, i * 10, i * 5, i * 40, i * 10) for i in range(1, 12)],
        ),
        {"step": 110, "seconds_per_step": 0.5, "n_errors": 0},
    ),
    (
        "deepspeed overflow",
        bar(range(12), 12)
        + "[INFO] [loss_scaler.py:181:update_scale] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768\n",
        {"step": 11, "n_errors": 0},
    ),
    (
        "opennmt",
        lines(
            "[2026-11-23 19:51:%02d,123 INFO] Step %d/1000; acc: 4.1; ppl: 1234; xent: 7.%d; lr: 1.0; sents: 3200; bsz: 1/1; 1234/1234 tok/s; %d sec;\n",
            [(i * 3, i * 50, i, i * 3) for i in range(1, 15)],
        ),
        {"step": 700, "total_steps": 1000, "seconds_per_step": 0.06},
    ),
    (
        "speechbrain",
        lines(
            "speechbrain.utils.train_logger - epoch: %d, lr: 1.00e+00 - train loss: 2.%d - valid loss: 1.%d, valid PER: 30.1%d\n",
            [(i, 50 - i, 40 - i, i) for i in range(1, 6)],
        ),
        {"step": 5, "loss": 2.45, "n_evals": 5, "evals_last": {"valid_loss": 1.35}},
    ),
    (
        "gan",
        lines(
            "[Epoch %d/5] [Batch %d/60] [D loss: 0.5%d] [G loss: 1.2]\n",
            [(e, b, b) for e in (0, 1, 2) for b in range(0, 60, 10)],
        ),
        {"step_about": (171, 1), "total_steps": 300, "loss": 0.550},
    ),
    (
        "dcgan",
        lines(
            "[%d/5][%d/60]\tLoss_D: 0.5%d\tLoss_G: 1.2\tD(x): 0.7\tD(G(z)): 0.4 / 0.2\n",
            [(e, b, b) for e in (0, 1, 2) for b in range(0, 60, 10)],
        ),
        {"step_about": (171, 1), "total_steps": 300},
    ),
    (
        "cifar tutorial",
        lines(
            "[%d,%6d] loss: 2.%d\n",
            [(e, b, 900 - b // 100) for e in (1, 2) for b in range(2000, 12001, 2000)],
        ),
        {"step": 24000, "loss": 2.78},
    ),
    (
        "pyg",
        lines(
            "Epoch: %03d, Loss: 1.9%d, Train: 0.3000, Val: 0.2%d0, Test: 0.2500\n",
            [(i, 50 - i, i) for i in range(1, 21)],
        ),
        {"step": 20, "loss": 1.930, "n_evals": 20},
    ),
    (
        "tutorial fraction",
        lines(
            "Epoch [%d/3], Step [%d/600], Loss: 0.%d\n",
            [(e, s, 700 - s) for e in (1, 2, 3) for s in range(100, 601, 100)],
        ),
        {"step": 1800, "total_steps": 1800, "first_step": 100, "epoch": 3},
    ),
    (
        "pytorch basics",
        "Epoch 1\n-------------------------------\n"
        + lines("loss: 2.%d  [%5d/60000]\n", [(300 - i, 64 + 6400 * i) for i in range(10)])
        + "Test Error: \n Accuracy: 45.2%, Avg loss: 2.15 \n\nEpoch 2\n-------------------------------\n"
        + lines("loss: 2.%d  [%5d/60000]\n", [(200 - i, 64 + 6400 * i) for i in range(10)]),
        {"step_about": (938 + 901, 1), "loss": 2.191, "epoch": 2},
    ),
    (
        "transformer lm",
        lines(
            "| epoch   1 | %5d/ 2983 batches | lr 20.00 | ms/batch 12.3%d | loss  7.%d | ppl  1234.00\n",
            [(i * 200, i, 700 - i) for i in range(1, 8)],
        )
        + "-----------------------------------------------------------------------------------------\n"
        "| end of epoch   1 | time: 38.12s | valid loss  5.12 | valid ppl   167.10\n",
        {"step": 1400, "seconds_per_step": 0.01234, "n_evals": 1},
    ),
    (
        "sklearn mlp",
        lines("Iteration %d, loss = 2.%d\n", [(i, 500 - i) for i in range(1, 40)])
        + "Training loss did not improve more than tol=0.000100 for 10 consecutive epochs. Stopping.\n",
        {"step": 39, "loss": 2.461},
    ),
    (
        "cleanrl",
        lines("global_step=%d, episodic_return=[%d.]\nSPS: 500\n", [(i * 128, i) for i in range(1, 15)]),
        {"step": 1792, "seconds_per_step": 0.002},
    ),
    (
        "optuna",
        lines(
            "[I 2026-11-23 19:51:%02d,123] Trial %d finished with value: 0.5%d and parameters: {'lr': 0.01, 'layers': 3}. Best is trial 0 with value: 0.5.\n",
            [(i, i, i) for i in range(12)],
        ),
        {"n_errors": 0},
    ),
    (
        "fasttext",
        "".join(
            f"\rProgress: {p}.0% words/sec/thread: 210226 lr: 0.008360 avg.loss: 0.{900 - p} ETA: 0h 0m 5s"
            for p in range(1, 84)
        )
        + "\n",
        {"loss": 0.817, "step": None},
    ),
    (
        "verl",
        lines(
            "(TaskRunner pid=10411) step:%d - global_seqlen/min:398112 - actor/entropy:0.31 - actor/pg_loss:0.03%d - actor/lr:1e-06 - training/global_step:%d - "
            "training/epoch:0 - critic/score/mean:0.112 - timing_s/step:88.%02d - perf/throughput:1302.4\n",
            [(i, i, i, i) for i in range(1, 22)],
        ),
        {"step": 21, "loss": 0.0321, "seconds_per_step": 88.11},
    ),
    (
        "trl ppo",
        lines(
            "{'eps': 1, 'objective/kl': 10.2, 'loss/policy_avg': 0.00%d, 'val/ratio': 0.95, 'lr': 1.5e-06, 'episode': %d, 'epoch': 0.%d}\n",
            [(i, i * 64, i) for i in range(1, 10)],
        ),
        {"n_evals": 0, "epoch": 0.9},
    ),
    (
        "llama-factory jsonl",
        lines(
            '{"current_steps": %d, "total_steps": 1500, "loss": 2.%d, "eval_loss": null, "learning_rate": 3.2e-06, "epoch": 0.8, "percentage": 80.0, '
            '"elapsed_time": "%d:00:00", "remaining_time": "0:15:32"}\n',
            [(i * 100, i, i) for i in range(1, 13)],
        )
        + '{"current_steps": 1500, "total_steps": 1500, "loss": null, "epoch": 1.0, "elapsed_time": "15:00:00"}\n',
        {"step": 1500, "total_steps": 1500, "loss": 2.12, "seconds_per_step": 36.0},
    ),
    (
        "llama-cookbook",
        "".join(
            f"\rTraining Epoch: 1/3, step {s}/36 completed (loss: 0.47{s:02d}):  33%|███ | {s // 4}/9 [03:{s:02d}<06:04, 60.71s/it]"
            for s in range(36)
        ),
        {"step": 8, "total_steps": 27, "loss": 0.4735, "seconds_per_step": 60.71},
    ),
    (
        "structlog",
        lines(
            "\x1b[2m2026-11-23 19:51:%02d\x1b[0m [\x1b[32m\x1b[1minfo     \x1b[0m] \x1b[1mtrain                         \x1b[0m \x1b[36mloss\x1b[0m=\x1b[35m0.%d\x1b[0m "
            "\x1b[36mstep\x1b[0m=\x1b[35m%d\x1b[0m\n",
            [(i, 900 - i, i * 10) for i in range(1, 20)],
        ),
        {"step": 190, "loss": 0.881, "seconds_per_step": 0.1},
    ),
    (
        "logfmt",
        lines(
            'time=2026-11-23T19:51:%02dZ level=info msg="train step" step=%d loss=0.%d lr=0.001 tokens_per_sec=12000\n',
            [(i * 2, i * 10, 900 - i) for i in range(1, 25)],
        ),
        {"step": 240, "loss": 0.876, "seconds_per_step": 0.2},
    ),
    (
        "jsonl odd names",
        lines(
            '{"ts": "2026-11-23T19:51:%02d", "level": "info", "metrics": {"train/loss": 1.%d, "lr": 0.1}, "global_step": %d, "total": 99}\n',
            [(i * 2, i, i * 5) for i in range(1, 25)],
        ),
        {"step": 120, "loss": 1.24, "seconds_per_step": 0.4},
    ),
    (
        "chinese",
        lines(
            "第 %d 轮 步数 %d/300 损失 0.%d 用时 2.5s\n",
            [(i // 6 + 1, i * 10, 900 - i) for i in range(1, 25)],
        ),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "japanese",
        lines("エポック %d ステップ %d 損失 0.%d\n", [(i // 6 + 1, i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240, "loss": 0.876},
    ),
    (
        "russian",
        lines("Шаг %d/300, потери: 0.%d, скорость: 3.2\n", [(i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "german",
        lines("Schritt %d von 300: Verlust 0.%d\n", [(i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "spanish",
        lines("Paso %d de 300 - pérdida: 0.%d\n", [(i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "unknown columns",
        lines("%6d  0.%d  1.20  3.4e-4\n", [(i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240},
    ),
    (
        "progressbar2",
        "".join(
            f"\r {n // 3}% ({n} of 300) |###       | Elapsed Time: 0:00:{n // 6:02d} ETA:   0:01:08"
            for n in range(0, 301, 6)
        )
        + "\n",
        {"step": 300, "total_steps": 300, "seconds_per_step": 0.1667},
    ),
    (
        "alive-progress",
        "".join(
            f"\r|██████              | ▃▅▇ {n}/300 [{n // 3}%] in {n // 4}s (~{75 - n // 4}s, 4.0/s) "
            for n in range(0, 301, 4)
        )
        + "\n|████████████████████| 300/300 [100%] in 75.1s (3.99/s) \n",
        {"step": 300, "total_steps": 300, "seconds_per_step": 0.25},
    ),
    (
        "fastai bar",
        "".join(
            f"\rEpoch 2/5 : |████-----| {n}.50% [{n}/80 00:{n // 2:02d}<00:10 0.50{n:02d}]"
            for n in range(1, 81)
        ),
        {"step": 160, "total_steps": 400},
    ),
    (
        "two bars named",
        bar(range(1), 3, "Epochs: ")
        + "".join(
            bar(range(41), 40, "Steps: ", f", loss=0.{e}") + bar(range(e + 1, e + 2), 3, "Epochs: ")
            for e in range(3)
        ),
        {"step": 120, "loss": 0.2},
    ),
    (
        "keras 2",
        "".join(
            f"Epoch {e}/3\n"
            + "".join(
                f"\r{n:2d}/70 [=====>........] - ETA: 6s - loss: 2.6{n:02d} - accuracy: 0.15" + "\x08" * 60
                for n in range(1, 70)
            )
            + f"\r70/70 [==============================] - 9s 127ms/step - loss: 2.1 - accuracy: 0.3 - val_loss: 1.{e} - val_accuracy: 0.4\n"
            for e in (1, 2, 3)
        ),
        {"step": 210, "total_steps": 210, "n_evals": 3, "seconds_per_step": 0.127},
    ),
    (
        "mmdet 2",
        lines(
            "2021-07-02 10:11:%02d,345 - mmdet - INFO - Epoch [%d][%d/98]\tlr: 1.000e-04, eta: 0:03:40, time: 1.40%d, data_time: 0.011, memory: 18211, loss_ce: 0.6512, loss: 0.6%d\n",
            [(i * 14 % 60, e, i * 10, i, i) for e in (1, 2) for i in range(1, 10)],
        )
        + "2021-07-02 10:20:12,345 - mmdet - INFO - Epoch(val) [2][98]\tbbox_mAP: 0.3510, bbox_mAP_50: 0.5\n",
        {"step_about": (188, 10), "seconds_per_step": 1.405, "loss": 0.69, "n_evals": 1},
    ),
    (
        "mmengine iter",
        lines(
            "11/23 19:51:%02d - mmengine - INFO - Iter(train) [%d/240]  lr: 5.0000e-02  eta: 0:00:24  time: 0.3010  data_time: 0.0005  loss: 0.63%d\n",
            [(i * 3, i * 10, i) for i in range(1, 20)],
        )
        + "11/23 19:52:00 - mmengine - INFO - Iter(val) [10/10]    accuracy: 75.6250  data_time: 0.0006  time: 0.0009\n",
        {"step": 190, "total_steps": 240, "seconds_per_step": 0.301, "n_evals": 1},
    ),
    (
        "mpirun",
        lines(
            "[1,%d]<stdout>:step %d/100 loss 0.%d\n",
            [(r, i, 900 - i - r) for i in range(1, 30) for r in (1, 0)],
        ),
        {"step": 29, "total_steps": 100, "loss": 0.871},
    ),
    (
        "ts prefix and cr to nl",
        "".join(
            f"2026-11-23T20:02:{n // 2:02d} {100 * n // 90:3d}%|████      | {n}/90 [00:{n // 2:02d}<00:10,  2.00it/s]\n"
            for n in range(91)
        ),
        {"step": 90, "total_steps": 90, "seconds_per_step": 0.5},
    ),
    (
        "only losses",
        lines("loss %s\n", [(3.5 - i / 10,) for i in range(12)]),
        {"step": None, "loss": 2.4},
    ),
    (
        "config only",
        "max_steps: 1000, lr: 0.001, seed: 42\nstep_size=3 gamma=0.1\nwarmup_steps: 100\nbatch 8, 3 workers, seed 42\nnum_train_steps = 5000\n",
        {"step": None},
    ),
    (
        "two bare bars, one in the other",
        "".join(bar(range(e, e + 1), 3) + bar(range(61), 60) + "\n\x1b[A" for e in range(3))
        + bar(range(3, 4), 3),
        {"step": 180, "total_steps": 180},
    ),
    (
        "a bare bar for each epoch",
        "".join(bar(range(61), 60) + "\n" for _ in range(3)),
        {"step": 180, "total_steps": None},
    ),
    (
        "bare numbers first",
        lines("%d: loss 0.%d\n", [(i, 900 - i) for i in range(1, 30)]),
        {"step": 29, "loss": 0.871},
    ),
    (
        "epochs alone",
        lines("Epoch: %d Loss: 0.%d Time: 3.2s\n", [(i, 900 - i) for i in range(15)]),
        {"step": 14, "seconds_per_step": 3.2},
    ),
    (
        "a command that is echoed",
        "+ python train.py --steps 300 --lr 0.1\n"
        + lines("step %d/90 loss 0.%d\n", [(i, 900 - i) for i in range(1, 9)]),
        {"step": 8, "first_step": 1, "total_steps": 90},
    ),
    (
        "episodes",
        lines("Episode %d/500, reward: %d.5, epsilon: 0.1\n", [(i, i) for i in range(1, 30)]),
        {"step": 29, "total_steps": 500},
    ),
    (
        "csv with time stamps",
        "timestamp,iteration,train_loss,val_loss,lr\n"
        + lines(
            "2026-11-23 10:%02d:%02d,%d,2.%d,%s,0.001\n",
            [(i * 4 // 60, i * 4 % 60, i * 10, 900 - i, "" if i % 5 else f"2.{i}") for i in range(1, 40)],
        ),
        {"step": 390, "loss": 2.861, "n_evals": 7, "seconds_per_step": 0.4},
    ),
    (
        "deepspeed of old",
        lines(
            "[2026-07-17 08:%02d:%02d,212] [INFO] [timer.py:157:stop] 0/%d, SamplesPerSec=81.2\n",
            [(i // 6, i * 10 % 60, i * 10) for i in range(1, 33)],
        ),
        {"step": 320, "total_steps": None, "seconds_per_step": 1.0},
    ),
    (
        "xgboost with its clock and no logloss",
        lines(
            "[10:%02d:%02d] [%d]\ttrain-rmse:0.%d\ttest-rmse:0.%d\n",
            [(i * 2 // 60, i * 2 % 60, i, 900 - i, 910 - i) for i in range(60)],
        ),
        {"step": 59, "loss": 0.841, "n_evals": 60, "seconds_per_step": 2.0},
    ),
    (
        "a bar over epochs alone",
        "".join(
            f"\rEpochs:  {i}%|██ | {i}/100 [00:{i // 2:02d}<00:50,  2.00it/s, t_loss=1.{900 - i}, acc=0.9]"
            for i in range(80)
        ),
        {"step": 79, "total_steps": 100, "loss": 1.821, "seconds_per_step": 0.5},
    ),
    (
        "progress in whole seconds",
        "".join(
            f"\r{i * 100 // 300:3d}% ({i} of 300) |####     | Elapsed Time: 0:00:{i // 2:02d} ETA:   0:02:00"
            for i in range(110)
        ),
        {"step": 109, "total_steps": 300, "seconds_per_step": 0.5},
    ),
    (
        "how long an evaluation took",
        "".join(
            lines(
                "Epoch: [%d]  [%2d/70]  eta: 0:00:21  loss: 0.6%d (0.7)  time: 0.30%d  data: 0.006\n",
                [(e, i * 10, i, i) for i in range(7)],
            )
            + "Test: Total time: 0:00:01 (0.0101 s / it)\n"
            for e in range(3)
        ),
        {"step": 201, "seconds_per_step": 0.303},
    ),
    (
        "spacy scores",
        "E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE \n---  ------  ------------  --------  ------  ------\n"
        + lines(
            "%3d  %6d        %d.12       %d.21    %d.01    0.%d\n",
            [(i // 5, i * 200, 900 - i, 200 - i, 20 + i, 20 + i) for i in range(21)],
        ),
        {"step": 4000, "n_evals": 21, "evals_last": {"ENTS_F": 40.01, "SCORE": 0.4}},
    ),
    (
        "records with a/b in strings",
        lines(
            'json_stats: {"_type": "train_iter", "dt": 0.5, "epoch": "1/100", "iter": "%d/980", "loss": 6.%d}\n',
            [(i * 10, 900 - i) for i in range(1, 50)],
        ),
        {"step": 490, "loss": 6.851, "seconds_per_step": 0.5},
    ),
    (
        "a search for the learning rate before the training",
        "".join(
            f"\rFinding best initial lr: {i}%|█ | {i}/100 [00:01<00:01, 50.0it/s]" for i in range(0, 101, 4)
        )
        + "\n"
        + "".join(
            f"\rEpoch 0: {i * 2}%|█ | {i}/50 [00:{i // 2:02d}<00:25, 2.0it/s, loss=1.{900 - i}]"
            for i in range(1, 41)
        ),
        {"step": 40, "total_steps": None, "seconds_per_step": 0.5},
    ),
    (
        "a bar of epochs after each bar of steps",
        "".join(
            "".join(
                f"\rstep: {i * 4}%|█  | {i}/25 [00:{i:02d}<00:22,  1.00s/it, loss=0.1{i:02d}]"
                for i in range(26)
            )
            + f"\nepoch: {e}%|█ | {e}/10 [00:{e * 15}<04:00, 25.0s/it]\n"
            for e in range(1, 4)
        ),
        {"step": 75, "total_steps": 250, "seconds_per_step": 1.0},
    ),
]
