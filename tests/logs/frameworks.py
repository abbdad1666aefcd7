# ruff: noqa: E501, ISC004, RUF001  (log lines are as long, and as strange, as they are)
"""More layouts, of frameworks whose logs were never recorded here: what they print, and what it means.

Written from the formats in the frameworks' sources. Entries as in `formats.py`.
"""

from typing import Any

from tests.logs.formats import bar, lines

F = list[tuple[str, str, dict[str, Any]]]


def clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


LLM: F = [
    (
        "torchtitan of late",
        "[titan] 2025-11-20 10:00:00,100 - root - INFO - Training starts at step 1, with local batch size 8, global batch size 64, gradient accumulation steps 1, sequence length 8192, total steps 1000 (warmup 200)\n"
        + lines(
            "[rank0]:[titan] 2025-11-20 10:0%d:%02d,200 - root - INFO - step: %2d  loss:  8.%d  grad_norm:  1.2%d  memory: 40.11GiB(50.70%%)  tps: 5,210  tflops: 120.11  mfu: 38.51%%\n",
            [(i * 30 // 60, i * 30 % 60, i * 10, 999 - i, i) for i in range(1, 15)],
        ),
        {"step": 140, "total_steps": 1000, "loss": 8.985, "seconds_per_step": 3.0},
    ),
    (
        "axolotl",
        "[2026-01-05 10:00:00,100] [INFO] [axolotl.utils.trainer.calculate_total_num_steps:415] [PID:100] [RANK:0] total_num_steps: 240\n"
        "[2026-01-05 10:00:01,100] [INFO] [axolotl.train.train:120] [PID:100] [RANK:0] Starting trainer...\n"
        + "".join(
            bar(range(s, s + 1), 240)
            + f"\r{{'loss': 1.{900 - s}, 'grad_norm': 0.51, 'learning_rate': 2e-05, 'memory/max_active (GiB)': 11.2, 'epoch': {s / 80:.2f}}}\n"
            for s in range(1, 60)
        ),
        {"step": 59, "total_steps": 240, "loss": 1.841, "seconds_per_step": 0.5},
    ),
    (
        "trl dpo",
        "".join(
            bar(range(s, s + 10), 500)
            + f"\n{{'loss': 0.6{90 - s // 10}, 'grad_norm': 3.2, 'learning_rate': 5e-07, 'rewards/chosen': 0.02, 'rewards/rejected': -0.01, 'rewards/accuracies': 0.55, 'rewards/margins': 0.03, 'logps/chosen': -210.0, 'logits/chosen': 1.2, 'epoch': {s / 250:.2f}}}\n"
            for s in range(0, 100, 10)
        )
        + "{'eval_loss': 0.61, 'eval_runtime': 12.0, 'eval_samples_per_second': 8.0, 'eval_rewards/accuracies': 0.7, 'eval_rewards/margins': 0.3, 'epoch': 0.4}\n",
        {"step": 99, "total_steps": 500, "loss": 0.681, "n_evals": 1, "evals_last": {"eval_loss": 0.61}},
    ),
    (
        "trl grpo",
        "".join(
            f"\r  {s}%|▏ | {s}/200 [{s // 2:02d}:00<50:00, 30.00s/it]\n"
            f"{{'loss': 0.000{s % 9}, 'grad_norm': 0.11, 'learning_rate': 9e-07, 'num_tokens': {s * 30000}.0, 'completions/mean_length': 200.1, 'completions/clipped_ratio': 0.1, 'rewards/accuracy_reward/mean': 0.3, 'reward': 0.4{s % 9}, 'reward_std': 0.2, 'kl': 0.001, 'clip_ratio/low_mean': 0.0, 'epoch': 0.{s:02d}}}\n"
            for s in range(1, 25)
        ),
        {"step": 24, "total_steps": 200, "loss": 0.0006, "seconds_per_step": 30.0, "n_evals": 0},
    ),
    (
        "llama-factory console",
        "[INFO|trainer.py:2414] 2026-02-01 10:00:00,100 >> ***** Running training *****\n[INFO|trainer.py:2415] 2026-02-01 10:00:00,100 >>   Num examples = 1,000\n[INFO|trainer.py:2416] 2026-02-01 10:00:00,100 >>   Num Epochs = 3\n"
        "[INFO|trainer.py:2421] 2026-02-01 10:00:00,100 >>   Total optimization steps = 375\n"
        + "".join(
            f"[INFO|2026-02-01 10:00:{s % 60:02d}] llamafactory.train.callbacks:143 >> {{'loss': 1.{900 - s}, 'learning_rate': 4.9e-05, 'epoch': {s / 125:.2f}, 'throughput': 5210.12}}\n"
            + bar(range(s, s + 5), 375)
            for s in range(5, 60, 5)
        ),
        {"step": 59, "total_steps": 375, "loss": 1.845},
    ),
    (
        "fastchat",
        "".join(
            bar(range(s, s + 1), 300)
            + f"\r{{'loss': 1.{900 - s}, 'learning_rate': 2e-05, 'epoch': 0.{s:02d}}}\n"
            for s in range(1, 40)
        ),
        {"step": 39, "total_steps": 300, "loss": 1.861},
    ),
    (
        "megatron-deepspeed",
        lines(
            " iteration %8d/  286102 | consumed samples: %12d | consumed tokens: %12d | elapsed time per iteration (s): 6.51 | learning rate: 6.000E-05 | global batch size:   512 | lm loss: 3.%dE+00 | loss scale: 1.0 | grad norm: 0.320 | num zeros: 0.0 | number of skipped iterations:   0 | number of nan iterations:   0 | samples per second: 78.630 | TFLOPs: 140.12 |\n",
            [(i * 10, i * 5120, i * 5120 * 2048, 900 - i) for i in range(1, 12)],
        ),
        {"step": 110, "total_steps": 286102, "loss": 3.889, "seconds_per_step": 6.51},
    ),
    (
        "gpt-neox",
        lines(
            " samples/sec: 47.011 | iteration %8d/  143000 | elapsed time per iteration (ms): 5445.6 | learning rate: 1.200E-04 | approx flops per GPU: 110.1TFLOPS | lm_loss: 2.%dE+00 | loss scale: 262144.0 | number of skipped iterations:   0 | number of nan iterations:   0 |\n",
            [(i * 10, 900 - i) for i in range(1, 12)],
        )
        + "-----------------------------------------------------------------------------------------------------------\n"
        " validation results at iteration 110 | lm_loss value: 2.512000E+00 | lm_loss_ppl value: 1.232E+01 | \n",
        {"step": 110, "total_steps": 143000, "seconds_per_step": 5.4456, "n_evals": 1, "loss": 2.889},
    ),
    (
        "nanotron",
        lines(
            "11/20/2026 10:0%d:%02d [INFO|DP=0|PP=0|TP=0|ip-10-0-0-1]: iteration: %d / 2000 | consumed_tokens: 2.1M | elapsed_time_per_iteration_ms: 10%02d | tokens_per_sec: 1.02M | tokens_per_sec_per_gpu: 64K | global_batch_size: 524K | lm_loss: 6.%d | lr: 0.0003 | model_tflops_per_gpu: 210 | grad_norm: 1.1\n",
            [(i // 60, i % 60, i, i % 5, 900 - i) for i in range(1, 25)],
        ),
        {"step": 24, "total_steps": 2000, "loss": 6.876, "seconds_per_step": 1.002},
    ),
    (
        "llm-foundry",
        lines(
            "[batch=%d/4800]:\n\t Train time/batch: %d\n\t Train time/sample: 25600\n\t Train time/token: 52428800\n\t Train loss/train/total: 5.%d\n\t Train throughput/batches_per_sec: 0.5000\n\t Train time/train: 0.1\n",
            [(i * 10, i * 10 - 1, 900 - i) for i in range(1, 12)],
        ),
        {"step": 110, "total_steps": 4800, "loss": 5.889, "seconds_per_step": 2.0},
    ),
    (
        "easylm",
        "".join(
            f"\r{s}%|▏ | {s}/10000 [{s // 2:02d}:00<50:00, 30.00s/it]\n{{'step': {s}, 'train/accuracy': 0.2, 'train/learning_rate': 0.0003, 'train/loss': 6.{900 - s}}}\n"
            for s in range(1, 20)
        ),
        {"step": 19, "total_steps": 10000, "loss": 6.881, "seconds_per_step": 30.0},
    ),
    (
        "t5x",
        lines(
            "I1120 10:00:%02d.123456 140000000000000 train.py:500] Training: step %d\nI1120 10:00:%02d.123456 140000000000000 logging_writer.py:48] [%d] accuracy=0.41, cross_ent_loss=1.2, loss=2.%d, timing/steps_per_second=5.0\n",
            [(i * 2, i * 10, i * 2, i * 10, 900 - i) for i in range(1, 25)],
        ),
        {"step": 240, "loss": 2.876, "seconds_per_step": 0.2},
    ),
    (
        "litgpt of late",
        lines(
            "Epoch %d | iter %d step %d | loss train: 1.%d, val: n/a | iter time: 250.11 ms (step) remaining time: 0:10:11\n",
            [(1, i, i, 900 - i) for i in range(1, 25)],
        )
        + "Validating ...\niter 24: val loss 1.2031, val time: 2031.11 ms\n"
        + lines(
            "Epoch %d | iter %d step %d | loss train: 1.%d, val: 1.203 | iter time: 250.11 ms (step) remaining time: 0:10:11\n",
            [(1, i, i, 900 - i) for i in range(25, 40)],
        ),
        {
            "step": 39,
            "loss": 1.861,
            "seconds_per_step": 0.25011,
            "n_evals": 1,
            "evals_last": {"val_loss": 1.2031},
        },
    ),
    (
        "litgpt finetune",
        lines(
            "Epoch 1 | iter %d step %d | loss train: 1.%d, val: n/a | iter time: 312.55 ms%s\n",
            [(i, i // 4, 900 - i, " (step)" if i % 4 == 0 else "") for i in range(1, 41)],
        ),
        {"step": 10, "loss": 1.860},
    ),
    (
        "modded-nanogpt of late",
        "step:0/1750 val_loss:10.8258 train_time:0ms step_avg:0.02ms\n"
        + lines("step:%d/1750 train_time:%dms step_avg:94.11ms\n", [(i, i * 94) for i in range(1, 126)])
        + "step:125/1750 val_loss:4.6210 train_time:11763ms step_avg:94.11ms\n",
        {"step": 125, "total_steps": 1750, "n_evals": 2, "seconds_per_step": 0.09411},
    ),
    (
        "unsloth",
        "==((====))==  Unsloth - 2x faster free finetuning | Num GPUs used = 1\n   \\\\   /|    Num examples = 1,200 | Num Epochs = 1 | Total steps = 60\nO^O/ \\_/ \\    Batch size per device = 2 | Gradient accumulation steps = 4\n\\        /    Data Parallel GPUs = 1 | Total batch size (2 x 4 x 1) = 8\n"
        ' "-____-"     Trainable parameters = 24,313,856/3,237,063,680 (0.75% trained)\n'
        + "".join(
            f"{{'loss': 1.{900 - s}, 'grad_norm': 0.3, 'learning_rate': 0.0002, 'epoch': {s / 150:.2f}}}\n"
            + bar(range(s, s + 1), 60)
            for s in range(1, 30)
        ),
        {"step": 29, "total_steps": 60, "loss": 1.871},
    ),
    (
        "open-instruct",
        lines(
            "01/20/2026 10:%02d:%02d - INFO - __main__ -   Step: %d, LR: 1.9e-05, Loss: 1.%d, TPS: 5012.3\n",
            [(i * 20 // 60, i * 20 % 60, i * 10, 900 - i) for i in range(1, 20)],
        ),
        {"step": 190, "loss": 1.881, "seconds_per_step": 2.0},
    ),
    (
        "olmo",
        lines(
            "2026-01-20 10:00:%02d.312\thost:0\tolmo.train:910\tINFO\t[step=%d/739328,epoch=0]\n    optim/total_grad_norm=0.8\n    train/CrossEntropyLoss=3.%d\n    train/Perplexity=31.2\n    throughput/total_tokens=4194304\n    throughput/device/tokens_per_second=9120\n    throughput/device/batches_per_second=0.5\n",
            [(i * 2, i, 900 - i) for i in range(1, 25)],
        ),
        {"step": 24, "total_steps": 739328, "loss": 3.876, "seconds_per_step": 2.0},
    ),
    (
        "olmo-core",
        lines(
            "2026-01-20 10:00:%02d.312\thost:0\tolmo_core.train.callbacks.console_logger:72\tINFO\t[step=%d/300,epoch=1,eta=0:10:01]\n    optim/total grad norm=0.8\n    train/CE loss=3.%d\n    throughput/device/TPS=9,120\n    throughput/device/BPS=0.5\n",
            [(i * 2, i, 900 - i) for i in range(1, 25)],
        ),
        {"step": 24, "total_steps": 300, "loss": 3.876, "seconds_per_step": 2.0},
    ),
    (
        "lingua",
        lines(
            "0: INFO    26-01-20 10:00:%02d.100000 - 0:00:%02d - step: %d  acc: 0  loss: 8.%d  grad: 1.23e+00  flops: 2.10e+14  wps: 1.20e+05  iter: 2.0000  data: 0.0012  lr: 3.00e-04  mem: 60%%  pow: 600.1 W\n",
            [(i * 20 % 60, i * 20 % 60, i * 10, 900 - i) for i in range(1, 12)],
        ),
        {"step": 110, "loss": 8.889, "seconds_per_step": 2.0},
    ),
    (
        "colossalai",
        "".join(
            f"\rEpoch 0:  {s}%|█ | {s}/100 [00:{s // 2:02d}<00:25,  2.00it/s, Loss=1.{900 - s}]"
            for s in range(51)
        ),
        {"step": 50, "total_steps": None, "loss": 1.85, "seconds_per_step": 0.5},
    ),
    (
        "openrlhf ppo",
        "".join(
            f"\rEpisode [1/2]:  {e}%|▏ | {e}/50 [{e:02d}:00<49:00, 60.00s/it]\n"
            + bar(range(5), 4, "make_experience: ")
            + "\n"
            + "".join(
                f"\rTrain epoch [1/1]: {n * 25}%|█  | {n}/4 [00:{n * 5:02d}<00:15,  5.00s/it, pg=-0.01, ret=0.3, glen=200, kl=0.001]"
                for n in range(5)
            )
            + "\n"
            for e in range(1, 12)
        ),
        {"step": 11, "total_steps": 100, "seconds_per_step": 60.0},
    ),
    (
        "verl bar and lines",
        "".join(
            f"(TaskRunner pid=3) \rTraining Progress:   {s}%|▏ | {s}/435 [{s:02d}:00<400:00, 60.00s/it]\n"
            f"(TaskRunner pid=3) step:{s} - global_seqlen/mean:200.1 - actor/pg_loss:0.02 - actor/entropy_loss:0.3 - critic/rewards/mean:0.4 - timing_s/gen:20.1 - timing_s/step:60.1 - perf/throughput:1200\n"
            for s in range(1, 12)
        ),
        {"step": 11, "total_steps": 435, "seconds_per_step": 60.0},
    ),
    (
        "neuronx and optimum",
        lines(
            "Epoch 0 %d%%|█ | %d/1000 [%02d:00<10:00, 1.67it/s, loss=1.%d, lr=1e-4]\r",
            [(i // 10, i * 10, i, 900 - i) for i in range(1, 30)],
        ),
        {"step": 290, "total_steps": None, "loss": 1.871},
    ),
    (
        "nemo 1 bar",
        "".join(
            f"\rEpoch 0: :   {s}%|▏ | {s}/1000 [{s // 6:02d}:{s * 10 % 60:02d}<2:40:00, reduced_train_loss=6.{900 - s}, global_step={s - 1}.0, consumed_samples={s * 8}.0, train_step_timing in s=10.00]"
            for s in range(1, 30)
        ),
        {"step_about": (29, 1), "loss": 6.871, "seconds_per_step": 10.0},
    ),
    (
        "maxtext older",
        lines(
            "completed step: %d, seconds: 3.%03d, TFLOP/s/device: 150.1, Tokens/s/device: 10000.1, total_weights: 65536, loss: 9.%d\n",
            [(i, 500 + i % 3, 900 - i) for i in range(1, 20)],
        )
        + "eval metrics after step: 19, loss=7.123, total_weights=1000\n",
        {"step": 19, "loss": 9.881, "seconds_per_step": 3.5, "n_evals": 1},
    ),
    (
        "torchtune full",
        "INFO:torchtune.utils._logging:Running FullFinetuneRecipeDistributed with resolved config:\nbatch_size: 2\nepochs: 1\nmax_steps_per_epoch: null\n"
        + "".join(
            f"\r1|{n}|Loss: 1.{900 - n}:  {n}%|▏         | {n}/1617 [{n * 2 // 60:02d}:{n * 2 % 60:02d}<53:00,  2.00s/it]"
            for n in range(1, 60)
        ),
        {"step": 59, "total_steps": 1617, "loss": 1.841, "seconds_per_step": 2.0},
    ),
    (
        "rllib result blocks",
        "".join(
            f"== Status ==\nCurrent time: 2026-01-05 10:00:{i * 5 % 60:02d} (running for 00:00:{i * 5 % 60:02d}.12)\nUsing FIFO scheduling algorithm.\nResult for PPO_CartPole-v1_1_00000:\n  episode_reward_mean: {20 + i}.5\n  num_env_steps_sampled: {i * 4000}\n  time_total_s: {i * 5}.1\n  training_iteration: {i}\n\n"
            for i in range(1, 12)
        ),
        {"n_errors": 0},
    ),
    (
        "llama.cpp finetune",
        lines(
            "train: [%s%s>] data=%07d/0001000 loss=3.%d±0.01 acc=10.1±0.1%% t=00:00:%02d ETA=00:10:%02d\r",
            [("=" * (i // 10), " " * 5, i * 10, 900 - i, i, 59 - i) for i in range(1, 50)],
        ),
        {"step": 490, "total_steps": 1000, "loss": 3.851},
    ),
]

VISION: F = [
    (
        "detectron2",
        lines(
            "[11/03 09:0%d:%02d d2.utils.events]:  eta: 1:05:10  iter: %d  total_loss: 1.%d  loss_cls: 1.0  loss_box_reg: 0.5  loss_rpn_cls: 0.1    time: 0.2411  last_time: 0.2301  data_time: 0.0041  last_data_time: 0.0031   lr: 0.0046  max_mem: 4120M\n",
            [(i * 5 // 60, i * 5 % 60, i * 20 - 1, 900 - i) for i in range(1, 30)],
        )
        + "[11/03 09:10:41 d2.evaluation.testing]: copypaste: Task: bbox\n[11/03 09:10:41 d2.evaluation.testing]: copypaste: AP,AP50,AP75,APs,APm,APl\n[11/03 09:10:41 d2.evaluation.testing]: copypaste: 31.2,51.1,33.3,nan,30.0,40.0\n",
        {"step": 579, "loss": 1.871, "seconds_per_step": 0.2411, "n_evals": 1, "n_errors": 0},
    ),
    (
        "yolov5",
        "      Epoch    GPU_mem   box_loss   obj_loss   cls_loss  Instances       Size\n"
        + "".join(
            "".join(
                f"\r        {e}/2      3.72G    0.04{e}    0.06    0.02        131        640: {n * 10}%|███ | {n}/10 [00:0{n // 2}<00:03,  2.00it/s]"
                for n in range(11)
            )
            + "\n"
            + "".join(
                f"\r                 Class     Images  Instances          P          R      mAP50   mAP50-95: {n * 50}%|███ | {n}/2 [00:00<00:00,  3.00it/s]"
                for n in range(3)
            )
            + f"\n                   all         64        460      0.70{e}      0.60      0.65       0.40\n"
            for e in range(3)
        ),
        {"step": 30, "total_steps": 30, "n_evals": 3, "epoch": 2, "seconds_per_step": 0.5},
    ),
    (
        "yolov7",
        "     Epoch   gpu_mem       box       obj       cls     total    labels  img_size\n"
        + "".join(
            "".join(
                f"\r     {e}/9     10.2G   0.0441   0.0211   0.0111   0.0{763 - n}        31       640: {n * 10}%|███ | {n}/10 [00:0{n // 2}<00:03,  2.00it/s]"
                for n in range(11)
            )
            + "\n"
            for e in range(2)
        ),
        {"step": 20, "total_steps": 100, "epoch": 1},
    ),
    (
        "mmseg",
        lines(
            "2021-07-02 10:1%d:%02d,345 - mmseg - INFO - Iter [%d/80000]\tlr: 9.994e-03, eta: 12:00:01, time: 0.540, data_time: 0.008, memory: 8000, decode.loss_ce: 1.2, decode.acc_seg: 60.1, aux.loss_ce: 0.5, aux.acc_seg: 55.0, loss: 1.%d\n",
            [(i * 27 // 60, i * 27 % 60, i * 50, 900 - i) for i in range(1, 20)],
        )
        + "2021-07-02 10:30:12,345 - mmseg - INFO - Iter(val) [250]\taAcc: 0.7010, mIoU: 0.4010, mAcc: 0.5010\n",
        {"step": 950, "total_steps": 80000, "loss": 1.881, "seconds_per_step": 0.54, "n_evals": 1},
    ),
    (
        "timm of late",
        lines(
            "Train: %d [%4d/1251 (%3d%%)]  Loss: 6.%d (6.95)  Time: 0.312s, 3282.10/s  (0.320s, 3200.00/s)  LR: 1.000e-05  Data: 0.010 (0.020)\n",
            [(e, min(i * 50, 1250), min(i * 4, 100), 900 - i) for e in (0, 1) for i in range(26)],
        )
        + "Test: [   0/48]  Time: 1.300 (1.300)  Loss:   1.2 ( 1.3)  Acc@1:  70.000 ( 71.0)  Acc@5:  90.0 ( 91.0)\nTest: [  48/48]  Time: 0.300 (0.400)  Loss:   1.2 ( 1.3)  Acc@1:  70.000 ( 71.0)  Acc@5:  90.0 ( 91.0)\n"
        "Current checkpoints:\n ('./output/train/checkpoint-1.pth.tar', 71.0)\n",
        {"step_about": (2502, 2), "loss": 6.875, "seconds_per_step": 0.312},
    ),
    (
        "torchvision references",
        lines(
            "Epoch: [%d]  [%4d/5005]  eta: 0:2%d:11  lr: 0.1  img/s: 800.1  loss: 6.%d (6.95)  acc1: 0.0 (0.1)  acc5: 0.5 (0.6)  time: 0.3200  data: 0.0020  max mem: 6800\n",
            [(0, i * 10, i % 10, 900 - i) for i in range(30)],
        ),
        {"step_about": (291, 1), "loss": 6.871, "seconds_per_step": 0.32},
    ),
    (
        "rt-detr / detr",
        lines(
            "Epoch: [%d]  [%4d/29572]  eta: 3:20:11  lr: 0.000100  class_error: 95.11  loss: 36.%d (40.1)  loss_ce: 0.9 (1.0)  loss_bbox: 0.5 (0.6)  loss_giou: 0.8 (0.9)  loss_ce_unscaled: 0.9 (1.0)  class_error_unscaled: 95.1 (96.0)  cardinality_error_unscaled: 88.0 (89.0)  time: 0.4120  data: 0.0110  max mem: 7001\n",
            [(0, i * 10, 900 - i) for i in range(30)],
        ),
        {"step_about": (291, 1), "loss": 36.871, "seconds_per_step": 0.412, "n_evals": 0, "n_errors": 0},
    ),
    (
        "kohya sdxl",
        "running training / 学習開始\n  num train images * repeats / 学習画像の数×繰り返し回数: 400\n  num reg images / 正則化画像の数: 0\n  num batches per epoch / 1epochのバッチ数: 200\n  num epochs / epoch数: 10\n  batch size per device / バッチサイズ: 2\n  total optimization steps / 学習ステップ数: 2000\n"
        "steps:   0%|          | 0/2000 [00:00<?, ?it/s]\nepoch 1/10\n"
        + "".join(
            f"\rsteps:   {s // 20}%|▏         | {s}/2000 [{s * 2 // 60:02d}:{s * 2 % 60:02d}<1:05:00,  2.00s/it, avr_loss=0.{1200 - s}]"
            for s in range(1, 120)
        ),
        {"step": 119, "total_steps": 2000, "loss": 0.1081, "seconds_per_step": 2.0},
    ),
    (
        "diffusers",
        "01/20/2026 10:00:00 - INFO - __main__ - ***** Running training *****\n01/20/2026 10:00:00 - INFO - __main__ -   Num examples = 833\n01/20/2026 10:00:00 - INFO - __main__ -   Num batches per epoch = 833\n01/20/2026 10:00:00 - INFO - __main__ -   Num Epochs = 72\n01/20/2026 10:00:00 - INFO - __main__ -   Total optimization steps = 15000\n"
        + "".join(
            f"\rSteps:   {s // 150}%|▏         | {s}/15000 [{s // 60:02d}:{s % 60:02d}<4:10:00,  1.00s/it, lr=0.0001, step_loss=0.{1200 - s}]"
            for s in range(100)
        ),
        {"step": 99, "total_steps": 15000, "loss": 0.1101, "seconds_per_step": 1.0},
    ),
    (
        "onetrainer",
        "".join(
            f"epoch:   0%|          | 0/10 [00:00<?, ?it/s]\rstep:   {s}%|▏ | {s}/50 [00:{s:02d}<00:49,  1.00s/it, loss=0.1{s:02d}, smooth loss=0.12]"
            for s in range(1, 50)
        ),
        {"step": 49, "loss": 0.149, "seconds_per_step": 1.0},
    ),
    (
        "ai-toolkit",
        "".join(
            f"\rmy_lora:  {s // 20}%|▏         | {s}/2000 [{s * 3 // 60:02d}:{s * 3 % 60:02d}<1:39:00,  3.00s/it, lr: 1.0e-04 loss: 4.{100 + s}e-01]"
            for s in range(1, 80)
        ),
        {"step": 79, "total_steps": 2000, "loss": 0.4179, "seconds_per_step": 3.0},
    ),
    (
        "simpletuner",
        "".join(
            f"\rEpoch 1/4, Steps:   {s}%|▏ | {s}/1000 [{s * 3 // 60:02d}:{s * 3 % 60:02d}<49:00,  3.00s/it, lr=8e-05, step_loss=0.3{s:02d}]"
            for s in range(1, 80)
        ),
        {"step": 79, "total_steps": 1000, "loss": 0.379, "seconds_per_step": 3.0},
    ),
    (
        "gaussian splatting",
        "Optimizing ./output/abc\nOutput folder: ./output/abc [20/01 10:00:00]\nReading camera 185/185 [20/01 10:00:03]\nLoading Training Cameras [20/01 10:00:04]\nNumber of points at initialisation :  54275 [20/01 10:00:05]\n"
        + "".join(
            f"\rTraining progress:   {s // 300}%|▏         | {s}/30000 [00:{s // 100:02d}<05:00, 100.00it/s, Loss=0.1{s // 100:02d}]"
            for s in range(0, 5000, 10)
        )
        + "\n[ITER 7000] Evaluating train: L1 0.0201 PSNR 29.1 [20/01 10:02:00]\n",
        {"step_about": (4990, 2010), "total_steps": 30000, "seconds_per_step": 0.01},
    ),
    (
        "nerfstudio",
        "Step (% Done)       Vis Rays / Sec       Train Iter (time)    ETA (time)           Train Rays / Sec      \n--------------------------------------------------------------------------------------------------------\n"
        + lines(
            "%d (%.2f%%)         1.20 M               20.%03d ms            9 m, 50 s            200.10 K              \n",
            [(i * 10, i * 10 / 300, i) for i in range(1, 30)],
        ),
        {"step": 290, "total_steps": None, "seconds_per_step": 0.020},
    ),
    (
        "instant-ngp script",
        "".join(
            f"\rTraining:   {s // 350}%|▏         | {s}/35000 [00:{s // 100:02d}<05:40, 100.00step/s, loss=0.00{100 + s // 100}]"
            for s in range(0, 4000, 20)
        ),
        {"step": 3980, "total_steps": 35000, "seconds_per_step": 0.01},
    ),
    (
        "vissl / classy",
        lines(
            "INFO 2026-01-20 10:00:%02d,100 log_hooks.py: 277: Rank: 0; [ep: 0] iter: %d; lr: 0.3; loss: 6.%d; btime(ms): 512; eta: 10:00:01; peak_mem(M): 10000;\n",
            [(i * 5 % 60, i * 10, 900 - i) for i in range(1, 30)],
        ),
        {"step": 290, "loss": 6.871, "seconds_per_step": 0.512},
    ),
    (
        "paddledetection",
        lines(
            "[01/20 10:00:%02d] ppdet.engine INFO: Epoch: [%d] [%4d/7329] learning_rate: 0.000333 loss_rpn_cls: 0.1 loss_rpn_reg: 0.02 loss_bbox_cls: 0.3 loss: 1.%d eta: 20:10:11 batch_cost: 0.8100 data_cost: 0.0010 ips: 2.4691 images/s\n",
            [(i * 16 % 60, 0, i * 20, 900 - i) for i in range(30)],
        ),
        {"step_about": (581, 1), "loss": 1.871, "seconds_per_step": 0.81},
    ),
    (
        "paddleocr",
        lines(
            "[2026/01/20 10:%02d:%02d] ppocr INFO: epoch: [1/500], global_step: %d, lr: 0.001, acc: 0.0, norm_edit_dis: 0.0, loss: 30.%d, avg_reader_cost: 0.1 s, avg_batch_cost: 0.52 s, avg_samples: 128.0, ips: 246.1 samples/s, eta: 1 day, 10:10:10\n",
            [(i * 5 // 60, i * 5 % 60, i * 10, 900 - i) for i in range(1, 30)],
        )
        + "[2026/01/20 10:03:01] ppocr INFO: cur metric, acc: 0.61, norm_edit_dis: 0.81, fps: 2001.1\n",
        {"step": 290, "loss": 30.871, "seconds_per_step": 0.52},
    ),
    (
        "mindspore",
        lines("epoch: %d step: %d, loss is 2.%d\n", [(e, s, 900 - s) for e in (1, 2) for s in range(1, 40)]),
        {"step": 78, "loss": 2.861, "epoch": 2},
    ),
    (
        "mindspore time monitor",
        lines(
            "epoch: %d step: 1875, loss is 0.%d\nTrain epoch time: 9375.000 ms, per step time: 5.000 ms\n",
            [(e, 900 - e) for e in range(1, 6)],
        ),
        {"step": 9375, "loss": 0.895, "seconds_per_step": 0.005, "epoch": 5},
    ),
    (
        "mae pretrain",
        lines(
            "Epoch: [%d]  [%4d/312]  eta: 0:02:00  lr: 0.000010  loss: 0.9%d (0.95)  time: 0.4000  data: 0.0003  max mem: 9000\n",
            [(0, i * 20, 90 - i) for i in range(16)],
        )
        + "Epoch: [0] Total time: 0:02:05 (0.4012 s / it)\nAveraged stats: lr: 0.000010  loss: 0.975 (0.95)\n",
        {"step_about": (301, 12), "seconds_per_step": 0.4},
    ),
    (
        "pytorch imagenet of late",
        lines(
            "Epoch: [%d][%5d/10010]\tTime  0.125 (  0.131)\tData  0.001 (  0.003)\tLoss 6.%de+00 (6.95e+00)\tAcc@1   0.00 (  0.10)\tAcc@5   0.00 (  0.50)\n",
            [(0, i * 10 + 1, 900 - i) for i in range(60)],
        ),
        {"step_about": (591, 1), "seconds_per_step": 0.125},
    ),
    (
        "fastai notebook lines",
        "epoch     train_loss  valid_loss  error_rate  accuracy  time    \n"
        + lines("\r0         %s    0.412345    0.120000    0.880000  00:35     \n", [("0.712345",)])
        + "1         0.512345    0.312345    0.090000    0.910000  00:34     \n",
        {"step": 1, "loss": 0.512345, "n_evals": 2, "n_errors": 0},
    ),
    (
        "segmentation models pytorch",
        "".join(
            f"\nEpoch: {e}\n"
            + "".join(
                f"\rtrain: {n * 2}%|██ | {n}/50 [00:{n:02d}<00:49,  1.00s/it, dice_loss - 0.{900 - n}, iou_score - 0.3]"
                for n in range(51)
            )
            + "".join(
                f"\rvalid: {n * 10}%|██ | {n}/10 [00:{n:02d}<00:09,  1.00s/it, dice_loss - 0.{800 - n}, iou_score - 0.4]"
                for n in range(11)
            )
            for e in range(3)
        ),
        {"step": 150, "seconds_per_step": 1.0},
    ),
    (
        "kaggle style",
        lines(
            "Epoch: [%d][%d/490] Elapsed 0m %ds (remain 8m 1s) Loss: 0.%d(0.9) Grad: 3.1 LR: 0.00002000\n",
            [(1, i * 20, i * 2, 900 - i) for i in range(1, 20)],
        )
        + "EVAL: [120/123] Elapsed 0m 11s (remain 0m 0s) Loss: 0.5(0.51)\nEpoch 1 - avg_train_loss: 0.9  avg_val_loss: 0.51  time: 80s\n",
        {"step_about": (380, 110), "seconds_per_step": 0.1},
    ),
    (
        "stylegan",
        lines(
            "tick %-5d kimg %-8.1f time %-12s sec/tick %-7.1f sec/kimg %-7.2f maintenance %-6.1f cpumem %-6.2f gpumem %-6.2f reserved 5.1 augment 0.000\n",
            [(i, i * 4.0, f"{i}m 10s", 60.1, 15.02, 0.1, 5.1, 4.0) for i in range(12)],
        ),
        {"step": 11},
    ),
    (
        "basicsr",
        lines(
            "2026-01-20 10:%02d:%02d,100 INFO: [001_ES..][epoch:  0, iter: %7s, lr:(2.000e-04,)] [eta: 2 days, 10:11:12, time (data): 0.512 (0.002)] l_pix: 1.%de-02 \n",
            [(i * 51 // 60, i * 51 % 60, f"{i * 100:,}", 900 - i) for i in range(1, 30)],
        ),
        {"step": 2900, "loss": 0.01871, "seconds_per_step": 0.512},
    ),
    (
        "cyclegan",
        lines(
            "(epoch: %d, iters: %d, time: 0.120, data: 0.002) D_A: 0.3 G_A: 0.2 cycle_A: 1.%d idt_A: 0.5 D_B: 0.2 G_B: 0.4 \n",
            [(1, i * 100, 900 - i) for i in range(1, 14)],
        )
        + "End of epoch 1 / 200 \t Time Taken: 160 sec\n",
        {"step": 1300},
    ),
    (
        "nnunet",
        "".join(
            f"2026-01-20 10:{e:02d}:00.100000: \n2026-01-20 10:{e:02d}:00.100000: Epoch {e}\n2026-01-20 10:{e:02d}:00.200000: Current learning rate: 0.01\n2026-01-20 10:{e:02d}:59.100000: train_loss -0.{300 + e}\n2026-01-20 10:{e:02d}:59.100000: val_loss -0.{310 + e}\n2026-01-20 10:{e:02d}:59.200000: Pseudo dice [0.5, 0.6]\n2026-01-20 10:{e:02d}:59.200000: Epoch time: 59.0 s\n"
            for e in range(8)
        ),
        {"step": 7, "n_evals": 8, "seconds_per_step": 60.0},
    ),
    (
        "monai",
        "".join(
            f"----------\nepoch {e}/5\n"
            + lines("%d/40, train_loss: 0.%d\n", [(i, 900 - i) for i in range(1, 41)])
            + f"epoch {e} average loss: 0.5\n"
            + f"current epoch: {e} current mean dice: 0.61 best mean dice: 0.61 at epoch {e}\n"
            for e in range(1, 4)
        ),
        {"step": 120, "total_steps": 200},
    ),
]

SPEECH: F = [
    (
        "icefall",
        lines(
            "2026-01-20 10:%02d:%02d,100 INFO [train.py:895] (0/4) Epoch 1, batch %d, loss[loss=0.%d, simple_loss=0.5, pruned_loss=0.6, over 5500.00 frames. ], tot_loss[loss=0.9, simple_loss=0.8, pruned_loss=0.9, over 100000.00 frames. ], batch size: 20, lr: 4.50e-02, grad_scale: 1.0\n",
            [(i * 25 // 60, i * 25 % 60, i * 50, 900 - i) for i in range(20)],
        )
        + "2026-01-20 10:09:01,100 INFO [train.py:929] (0/4) Epoch 1, validation: loss=0.412, simple_loss=0.3, pruned_loss=0.4, over 900000.00 frames. \n",
        {"step_about": (951, 1), "n_evals": 1, "seconds_per_step": 0.5},
    ),
    (
        "wenet",
        lines(
            "2026-01-20 10:%02d:%02d,100 DEBUG TRAIN Batch 0/%d loss 120.%d loss_att 100.1 loss_ctc 150.2 lr 0.0001 rank 0\n",
            [(i * 50 // 60, i * 50 % 60, i * 100, 900 - i) for i in range(20)],
        )
        + "2026-01-20 10:20:01,100 DEBUG CV Batch 0/0 loss 90.1 loss_att 80.1 loss_ctc 100.0 history loss 90.0 rank 0\n",
        {"step_about": (1900, 1), "seconds_per_step": 0.5, "total_steps": None},
    ),
    (
        "coqui tts",
        "\n\x1b[4m\x1b[1m > EPOCH: 0/1000\x1b[0m\n --> ./out\n\n\x1b[1m > TRAINING (2026-01-20 10:00:00) \x1b[0m\n"
        + "".join(
            f"\n\x1b[1m   --> TIME: 2026-01-20 10:00:{i * 12 % 60:02d} -- STEP: {i * 25}/406 -- GLOBAL_STEP: {i * 25}\x1b[0m\n     | > loss_disc: 2.{900 - i}  (2.8)\n     | > loss_gen: 2.5  (2.4)\n     | > loss_mel: 20.1  (21.0)\n     | > loss_1: 40.1  (41.0)\n     | > step_time: 0.4801  (0.4703)\n     | > loader_time: 0.0061  (0.0071)\n"
            for i in range(1, 16)
        ),
        {"step": 375, "seconds_per_step": 0.4801, "n_errors": 0},
    ),
    (
        "piper",
        "DEBUG:fsspec.local:open file: /w/lightning_logs/version_0/hparams.yaml\n"
        + "".join(
            f"\rEpoch {e}: {n * 2}%|█  | {n}/50 [00:{n // 2:02d}<00:20,  2.00it/s, loss=27.{n}, v_num=0]"
            for e in (0, 1)
            for n in range(1, 51)
        ),
        {"step": 100, "loss": 27.5, "seconds_per_step": 0.5},
    ),
    (
        "tortoise / dlas",
        lines(
            "26-01-20 10:%02d:%02d.100 - INFO: [epoch:  0, iter: %7s, lr:(1.000e-05,1.000e-05,)] step: %s samples: %s megasamples: 1.2e-02 iteration_rate: 1.9 loss_text_ce: 4.%d loss_mel_ce: 3.1 loss_gpt_total: 3.2 grad_scaler_scale: 65536.0 \n",
            [
                (
                    i * 95 // 60,
                    i * 95 % 60,
                    f"{i * 50:,}",
                    f"{i * 50}.0000e+00".replace(".0000e+00", ""),
                    i * 6400,
                    900 - i,
                )
                for i in range(1, 12)
            ],
        ),
        {"step": 550, "seconds_per_step": 1.9},
    ),
    (
        "rvc",
        "".join(
            f"INFO:my_voice:Train Epoch: {e} [{p}%]\nINFO:my_voice:[{(e - 1) * 50 + p // 2}, 0.0001]\nINFO:my_voice:loss_disc=3.9, loss_gen=3.4, loss_fm=10.{p},loss_mel=20.1, loss_kl=2.1\n"
            for e in (1, 2, 3)
            for p in (0, 20, 40, 60, 80)
        )
        + "INFO:my_voice:====> Epoch: 3 [2026-01-20 10:00:30] | (0:00:15.001000)\n",
        {"step_about": (140, 1), "n_errors": 0},
    ),
    (
        "espnet reporter",
        "[host] 2026-01-20 10:20:30,101 (trainer:302) INFO: 3/40epoch started. Estimated time to finish: 12 minutes and 4.21 seconds\n"
        + lines(
            "[host] 2026-01-20 10:2%d:%02d,101 (trainer:753) INFO: 3epoch:train:%d-%dbatch: iter_time=2.300e-04, forward_time=0.052, loss_att=60.1, acc=0.61, loss=61.%d, backward_time=0.05, optim_step_time=0.02, optim0_lr0=2.000e-05, train_time=0.41%d\n",
            [(i * 20 // 60, i * 20 % 60, i * 50 + 1, i * 50 + 50, 900 - i, i % 3) for i in range(9)],
        ),
        {"epoch": 3, "seconds_per_step": 0.411, "loss": 61.892},
    ),
    (
        "speechbrain bar",
        "speechbrain.core - Beginning experiment!\nspeechbrain.utils.epoch_loop - Going into epoch 1\n"
        + "".join(
            f"\r {n}%|█  | {n}/100 [00:{n // 2:02d}<00:40,  2.00it/s, train_loss=1.{900 - n}]"
            for n in range(101)
        )
        + "\n"
        + "".join(f"\r {n * 10}%|█  | {n}/10 [00:0{n // 2}<00:04,  2.00it/s]" for n in range(11))
        + "\nspeechbrain.utils.train_logger - epoch: 1, lr: 1.00e+00 - train loss: 1.85 - valid loss: 1.40, valid PER: 30.12\n",
        {"step": 100, "seconds_per_step": 0.5, "n_evals": 1, "evals_last": {"valid_loss": 1.40}},
    ),
    (
        "so-vits / vits",
        "".join(
            f"2026-01-20 10:0{e}:{b:02d},100\tvits\tINFO\tTrain Epoch: {e} [{b * 2}%]\n2026-01-20 10:0{e}:{b:02d},101\tvits\tINFO\t[2.5, 2.6, 5.1, 20.{b}, 1.1, 2.2, {e * 60 + b}, 0.0002]\n"
            for e in (1, 2, 3)
            for b in range(0, 50, 10)
        ),
        {"n_errors": 0},
    ),
    (
        "nemo asr",
        "".join(
            f"\rEpoch 0:  {n}%|█ | {n}/500 [{n // 60:02d}:{n % 60:02d}<08:00, v_num=3, train_step_timing in s=1.000]"
            for n in range(1, 50)
        )
        + "\n[NeMo I 2026-01-20 10:00:00 nemo_logging:393] Epoch 0, global step 49: 'val_wer' reached 0.81 (best 0.81), saving model to '/w/x.ckpt' as top 3\n",
        {"step": 49, "seconds_per_step": 1.0},
    ),
]

RL: F = [
    (
        "cleanrl ppo",
        lines("SPS: %d\nglobal_step=%d, episodic_return=[%d.]\n", [(500, i * 512, i) for i in range(1, 15)]),
        {"step": 7168, "seconds_per_step": 0.002},
    ),
    (
        "rl-games",
        lines(
            "fps step: 52000 fps step and policy inference: 48000 fps total: 40960 epoch: %d/1000 frames: %d\n",
            [(i, i * 65536) for i in range(1, 20)],
        ),
        {"step": 19, "total_steps": 1000},
    ),
    (
        "rsl_rl",
        "".join(
            "################################################################################\n"
            f"                       \x1b[1m Learning iteration {i}/1500 \x1b[0m                       \n\n"
            f"                       Computation: 98304 steps/s (collection: 0.800s, learning 0.200s)\n"
            f"             Mean action noise std: 0.98\n          Mean value_function loss: 0.{900 - i}\n               Mean surrogate loss: -0.0120\n                       Mean reward: {i}.10\n               Mean episode length: 120.1\n"
            "--------------------------------------------------------------------------------\n"
            f"                   Total timesteps: {i * 98304}\n                    Iteration time: 1.00s\n                      Time elapsed: 00:00:{i:02d}\n                               ETA: 00:24:59\n\n"
            for i in range(20)
        ),
        {"step": 19, "total_steps": 1500, "seconds_per_step": 1.0},
    ),
    (
        "tianshou",
        "".join(
            "".join(
                f"\rEpoch #{e}: {n * 10}%|█ | {n * 1000}/10000 [00:{n:02d}<00:09, 1000.00it/s, env_episode=10, env_step={(e - 1) * 10000 + n * 1000}, gradient_step={n * 10}, loss=0.{900 - n}]"
                for n in range(1, 11)
            )
            + f"\nEpoch #{e}: test_reward: 180.{e} ± 20.1, best_reward: 190.1 ± 10.0 in #1\n"
            for e in (1, 2)
        ),
        {"step": 20000},
    ),
    (
        "sb3 dqn",
        "".join(
            f"----------------------------------\n| rollout/            |          |\n|    exploration_rate | 0.9      |\n| time/               |          |\n|    episodes         | {i * 4}        |\n|    fps              | 500      |\n|    time_elapsed     | {i * 2}        |\n|    total_timesteps  | {i * 1000}     |\n| train/              |          |\n|    loss             | 0.0{i}     |\n|    n_updates        | {i * 10}        |\n----------------------------------\n"
            for i in range(1, 12)
        ),
        {"step": 11000, "seconds_per_step": 0.002},
    ),
    (
        "dreamer",
        lines(
            "[%d] model_loss 1.%d / actor_ent 2.1 / fps 120.0 / train_return 10.2\n",
            [(i * 1200, 900 - i) for i in range(1, 25)],
        ),
        {"step": 28800},
    ),
    (
        "spinning up",
        "".join(
            f"---------------------------------------\n|             Epoch |               {i} |\n|      AverageEpRet |            20.1 |\n|             EpLen |              21 |\n|  TotalEnvInteracts |         {(i + 1) * 4000}|\n|            LossPi |          -0.001 |\n|              Time |           {i * 10}.1 |\n---------------------------------------\n"
            for i in range(12)
        ),
        {"step": 11},
    ),
    (
        "dopamine",
        lines(
            "I0120 10:00:%02d.1 140 run_experiment.py:500] Starting iteration %d\n",
            [(i, i) for i in range(12)],
        ),
        {"n_errors": 0},
    ),
]

TABULAR: F = [
    (
        "random forest",
        "[Parallel(n_jobs=1)]: Using backend SequentialBackend with 1 concurrent workers.\n"
        + lines("building tree %d of 100\n", [(i,) for i in range(1, 61)]),
        {"step": 60, "total_steps": 100},
    ),
    (
        "joblib",
        lines(
            "[Parallel(n_jobs=4)]: Done %d tasks      | elapsed:   %d.1s\n",
            [(i * 10, i * 2) for i in range(1, 12)],
        )
        + "[Parallel(n_jobs=4)]: Done 200 out of 200 | elapsed:  22.1s finished\n",
        {"step_about": (200, 90)},
    ),
    (
        "sklearn sgd",
        lines(
            "-- Epoch %d\nNorm: 3.%d, NNZs: 20, Bias: 0.1, T: %d, Avg. loss: 0.%d\nTotal training time: 0.%02d seconds.\n",
            [(i, i, i * 1000, 900 - i, i) for i in range(1, 15)],
        ),
        {"step": 14, "loss": 0.886},
    ),
    (
        "kmeans",
        "Initialization complete\n"
        + lines("Iteration %d, inertia 12%d.5.\n", [(i, 900 - i) for i in range(12)]),
        {"step": 11},
    ),
    (
        "sklearn tsne",
        lines(
            "[t-SNE] Iteration %d: error = 70.%d, gradient norm = 0.01 (50 iterations in 2.000s)\n",
            [(i * 50, 900 - i) for i in range(1, 15)],
        ),
        {"step": 700, "n_errors": 0},
    ),
    (
        "lightgbm one set",
        lines("[%d]\tvalid_0's rmse: 0.%d\n", [(i, 900 - i) for i in range(1, 40)]),
        {"step": 39, "n_evals": 39},
    ),
    (
        "catboost quiet",
        lines(
            "%d:\tlearn: 0.%d\ttotal: %dms\tremaining: 20.1s\n",
            [(i * 10, 900 - i, 41 + 205 * i) for i in range(20)],
        ),
        {"step": 190, "loss": 0.881, "seconds_per_step": 0.0205},
    ),
    (
        "h2o-like",
        "".join(
            f"\rgbm Model Build progress: |{'█' * (p // 2)}{' ' * (50 - p // 2)}| {p}%"
            for p in range(0, 100, 4)
        ),
        {"n_errors": 0},
    ),
    (
        "tabnet",
        lines(
            "epoch %d  | loss: 0.%d | val_0_auc: 0.7%d |  0:00:%02ds\n",
            [(i, 900 - i, i, i * 2 + 2) for i in range(15)],
        ),
        {"step": 14, "loss": 0.885, "n_evals": 15, "seconds_per_step": 2.0},
    ),
    (
        "autogluon",
        "Fitting 3 L1 models ...\nFitting model: NeuralNetTorch_BAG_L1 ...\n\t0.8123\t = Validation score   (accuracy)\n\t12.1s\t = Training   runtime\n",
        {"n_errors": 0},
    ),
    (
        "gensim",
        lines(
            "2026-01-20 10:00:%02d,100 : INFO : EPOCH 0 - PROGRESS: at %.2f%% examples, 812345 words/s, in_qsize 15, out_qsize 0\n",
            [(i, i * 7.0) for i in range(1, 12)],
        )
        + "2026-01-20 10:00:14,100 : INFO : EPOCH 0: training on 12345 raw words (9876 effective words) took 12.1s, 812345 effective words/s\n",
        {"n_errors": 0},
    ),
    (
        "sentence-transformers",
        "".join(
            bar(range(s, s + 50), 312)
            + f"\n{{'loss': 0.{900 - s}, 'grad_norm': 1.2, 'learning_rate': 1e-05, 'epoch': {s / 156:.2f}}}\n"
            for s in range(0, 300, 50)
        ),
        {"step": 299, "total_steps": 312},
    ),
    (
        "spacy without scores",
        "\x1b[1m\n============================= Training pipeline =============================\x1b[0m\n\x1b[38;5;4mℹ Pipeline: ['tok2vec', 'textcat']\x1b[0m\nE    #       LOSS TOK2VEC  LOSS TEXTCAT  CATS_SCORE  SCORE \n---  ------  ------------  ------------  ----------  ------\n"
        + lines(
            "  %d     %3d          %d.00          0.25       48.82    0.49\n",
            [(0, i * 200, i) for i in range(9)],
        ),
        {"step": 1600, "first_step": 0, "n_evals": 9},
    ),
    (
        "flair of late",
        lines(
            "2026-01-20 10:00:%02d,100 epoch 1 - iter %d/156 - loss 2.%d - time (sec): %d.10 - samples/sec: 300.10 - lr: 0.000003 - momentum: 0.000000\n",
            [(i * 4, i * 15, 900 - i, i * 4) for i in range(1, 11)],
        )
        + "2026-01-20 10:00:44,100 EPOCH 1 done: loss 1.9 - lr: 0.000030\n2026-01-20 10:00:50,100 DEV : loss 0.41 - f1-score (micro avg)  0.8101\n",
        {"step": 150, "seconds_per_step": 0.2667, "n_evals": 1},
    ),
    (
        "allennlp",
        "".join(
            f"\raccuracy: 0.6{n:02d}, batch_loss: 0.5, loss: 0.{900 - n} ||: {n}%|█ | {n}/100 [00:{n // 2:02d}<00:25,  2.00it/s]"
            for n in range(1, 80)
        ),
        {"step": 79, "total_steps": 100, "seconds_per_step": 0.5},
    ),
    (
        "keras unknown steps",
        "Epoch 1/5\n"
        + "".join(
            f"\r      {n}/Unknown \x1b[1m{n // 2}s\x1b[0m 500ms/step - accuracy: 0.1 - loss: 2.{900 - n}"
            + "\x08" * 70
            for n in range(1, 60)
        ),
        {"step": 59, "loss": 2.841, "seconds_per_step": 0.5},
    ),
    (
        "keras 1 line an epoch",
        "".join(
            f"Epoch {e}/20\n - 3s - loss: 0.{900 - e} - acc: 0.8 - val_loss: 0.{950 - e} - val_acc: 0.79\n"
            for e in range(1, 9)
        ),
        {"step": 8, "total_steps": 20, "loss": 0.892, "n_evals": 8, "seconds_per_step": 3.0},
    ),
    (
        "tensorflow custom loop",
        lines(
            "Epoch %d Batch %d Loss 2.%d\n",
            [(e, b, 900 - b // 10) for e in (1, 2) for b in range(0, 700, 50)],
        ),
        {"step_about": (1302, 52)},
    ),
    (
        "tf models garden",
        lines(
            "I0120 10:0%d:%02d.100000 140000 controller.py:529] train | step: %6d | steps/sec:    2.5 | output: \n    {'learning_rate': 0.01,\n     'training_loss': 3.%d}\n",
            [(i * 40 // 60, i * 40 % 60, i * 100, 900 - i) for i in range(1, 10)],
        ),
        {"step": 900, "seconds_per_step": 0.4},
    ),
    (
        "tf object detection",
        lines(
            "INFO:tensorflow:Step %d per-step time 0.312s\nI0120 10:00:00.1 140 model_lib_v2.py:705] Step %d per-step time 0.312s\nINFO:tensorflow:{'Loss/classification_loss': 0.5,\n 'Loss/localization_loss': 0.4,\n 'Loss/total_loss': 1.%d,\n 'learning_rate': 0.01}\n",
            [(i * 100, i * 100, 900 - i) for i in range(1, 10)],
        ),
        {"step": 900, "seconds_per_step": 0.312},
    ),
    (
        "ludwig",
        "".join(
            f"\rTraining: {n}%|█ | {n}/500 [00:{n // 10:02d}<00:40, 10.00it/s, loss=0.{900 - n}]"
            for n in range(1, 100)
        ),
        {"step": 99, "total_steps": 500, "seconds_per_step": 0.1},
    ),
    (
        "optax mnist",
        lines(
            "I0120 10:00:%02d.1 140 train.py:150] epoch:%3d, train_loss: 0.%d, train_accuracy: 90.10, test_loss: 0.%d, test_accuracy: 91.00\n",
            [(i * 3, i, 900 - i, 910 - i) for i in range(1, 11)],
        ),
        {"step": 10, "n_evals": 10, "loss": 0.89, "seconds_per_step": 3.0},
    ),
    (
        "pykeen",
        "".join(
            f"\rTraining epochs on cuda:0: {n}%|█ | {n}/100 [00:{n:02d}<01:20,  1.00s/epoch, loss=0.{900 - n}, prev_loss=0.9]"
            for n in range(1, 50)
        ),
        {"step": 49, "total_steps": 100, "seconds_per_step": 1.0},
    ),
    (
        "darts",
        "".join(
            f"\rEpoch {e}: 100%|█ | 20/20 [00:02<00:00, 10.00it/s, train_loss=0.{900 - e}, val_loss=0.{910 - e}]"
            for e in range(5)
        ),
        {"step": 100, "n_evals": 5},
    ),
    (
        "statsmodels",
        "Optimization terminated successfully.\n         Current function value: 0.402801\n         Iterations 7\n",
        {"step": None, "n_errors": 0},
    ),
    (
        "scipy l-bfgs",
        "RUNNING THE L-BFGS-B CODE\n\n           * * *\n\nAt X0         0 variables are exactly at the bounds\n"
        + lines("\nAt iterate%5d    f=  1.%dD+00    |proj g|=  2.1D-02\n", [(i, 900 - i) for i in range(20)]),
        {"step": 19},
    ),
    (
        "prophet / stan",
        lines(
            "Chain 1 iteration: %4d / 2000 [%3d%%]  (Warmup)\n",
            [(i * 100, i * 5) for i in range(1, 15)],
        ),
        {"step": 1400, "total_steps": 2000},
    ),
    (
        "pymc",
        "".join(
            f"\rSampling 4 chains, 0 divergences: {n}%|█ | {n * 80}/8000 [00:{n:02d}<01:00, 80.00draws/s]"
            for n in range(1, 50)
        ),
        {"n_errors": 0},
    ),
]

PLAIN: F = [
    (
        "logfmt of",
        lines(
            "ts=2026-01-20T10:00:%02dZ level=info event=train_step step=%d of=800 loss=0.%d lr=0.001\n",
            [(i * 2, i * 10, 900 - i) for i in range(1, 25)],
        ),
        {"step": 240, "total_steps": 800, "loss": 0.876, "seconds_per_step": 0.2},
    ),
    (
        "step of total in words",
        lines("Step %d of 500 - loss 0.%d (1.%d s/step)\n", [(i, 900 - i, 20) for i in range(1, 30)]),
        {"step": 29, "total_steps": 500, "loss": 0.871, "seconds_per_step": 1.2},
    ),
    (
        "percent bars",
        "".join(
            f"\rEpoch {e}/4 [{'=' * (p // 10)}{' ' * (10 - p // 10)}] {p}% loss: 0.{900 - p}"
            for e in (1, 2)
            for p in range(0, 101, 5)
        ),
        {"epoch": 2, "loss": 0.8},
    ),
    (
        "percent alone",
        "".join(f"\rTraining... {p}%" for p in range(64)),
        {"step": None, "total_steps": None, "n_errors": 0},
    ),
    (
        "slurm-ish prefix",
        lines(
            "node01: 0: [10:00:%02d] it %d/2000 | loss=1.%d | 5.0 it/s\n",
            [(i, i * 5, 900 - i) for i in range(1, 40)],
        ),
        {"step": 195, "total_steps": 2000, "loss": 1.861, "seconds_per_step": 0.2},
    ),
    (
        "hydra logger",
        lines(
            "[2026-01-20 10:00:%02d,100][__main__][INFO] - epoch=%d step=%d train/loss=0.%d train/acc=0.5\n",
            [(i, 0, i * 4, 900 - i) for i in range(1, 40)],
        ),
        {"step": 156, "loss": 0.861, "seconds_per_step": 0.25},
    ),
    (
        "absl",
        lines(
            "I0120 10:00:%02d.100000 140 train.py:88] step = %d, loss = 2.%d, sec/step = 0.250\n",
            [(i, i * 4, 900 - i) for i in range(1, 40)],
        ),
        {"step": 156, "loss": 2.861, "seconds_per_step": 0.25},
    ),
    (
        "pino json",
        lines(
            '{"level":30,"time":17000000%02d000,"pid":12,"hostname":"h","msg":"batch done","batch":%d,"batches":900,"avgLoss":0.%d}\n',
            [(i, i, 900 - i) for i in range(10, 40)],
        ),
        {"step": 39, "loss": 0.861},
    ),
    (
        "camel case json",
        lines(
            '{"globalStep": %d, "maxSteps": 900, "trainLoss": 0.%d, "learningRate": 0.1, "stepsPerSecond": 4.0}\n',
            [(i, 900 - i) for i in range(10, 40)],
        ),
        {"step": 39, "total_steps": 900, "loss": 0.861, "seconds_per_step": 0.25},
    ),
    (
        "nested json",
        lines(
            '{"event": "train", "progress": {"step": %d, "total": 900}, "metrics": {"loss": 0.%d}, "timing": {"step_time_ms": 250.0}}\n',
            [(i, 900 - i) for i in range(10, 40)],
        ),
        {"step": 39, "total_steps": 900, "loss": 0.861, "seconds_per_step": 0.25},
    ),
    (
        "french",
        lines("Étape %d sur 300, perte : 0.%d, 2.5 s/étape\n", [(i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "korean",
        lines("에포크 %d/5 스텝 %d/300 손실: 0.%d\n", [(i // 6 + 1, i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "portuguese",
        lines(
            "Passo %d de 300 | Perda: 0.%d | Tempo restante: 00:10:00\n",
            [(i * 10, 900 - i) for i in range(1, 25)],
        ),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "turkish",
        lines("Adım %d/300 kayıp: 0.%d\n", [(i * 10, 900 - i) for i in range(1, 25)]),
        {"step": 240, "total_steps": 300, "loss": 0.876},
    ),
    (
        "samples and tokens beside the step",
        lines(
            "samples=%d tokens=%d step=%d loss=0.%d tok/s=21000\n",
            [(i * 64, i * 64 * 512, i, 900 - i) for i in range(1, 40)],
        ),
        {"step": 39, "loss": 0.861},
    ),
    (
        "micro and optimizer steps",
        lines("micro_step=%d opt_step=%d loss=0.%d\n", [(i, i // 4, 900 - i) for i in range(1, 60)]),
        {"step": 14},
    ),
    (
        "epoch bars by percent and time left",
        lines("Epoch %d: %d%% done, loss 0.%d, 3 min left\n", [(1, i * 5, 900 - i) for i in range(1, 20)]),
        {"n_errors": 0, "loss": 0.881},
    ),
    (
        "time stamps with a zone",
        lines(
            "2026-01-20T10:00:%02d.123+0000 train step=%d loss=0.%d\n",
            [(i, i * 2, 900 - i) for i in range(1, 40)],
        ),
        {"step": 78, "seconds_per_step": 0.5},
    ),
    (
        "unix times",
        lines("1768903%03d.25 step=%d loss=0.%d\n", [(100 + i, i * 2, 900 - i) for i in range(1, 40)]),
        {"step": 78, "seconds_per_step": 0.5},
    ),
    (
        "a key in front",
        lines(
            "train: {step: %d/400, loss: 0.%d, lr: 1.0e-04, it/s: 2.00}\n",
            [(i * 2, 900 - i) for i in range(1, 40)],
        ),
        {"step": 78, "total_steps": 400, "loss": 0.861, "seconds_per_step": 0.5},
    ),
    (
        "steps in thousands",
        "".join(
            f"\r {s // 20}%|█ | {s / 1000:.2f}k/2.00k [00:{s // 50:02d}<00:30, 50.0it/s, loss=0.3]"
            for s in range(1000, 1900, 10)
        ),
        {"step": 1890, "total_steps": 2000, "seconds_per_step": 0.02},
    ),
    (
        "download and tokenise before",
        "".join(
            f"\rmodel.safetensors: {p}%|█ | {p * 10}M/1.00G [00:{p // 2:02d}<00:20, 20.0MB/s]"
            for p in range(0, 100, 10)
        )
        + "\n"
        + "".join(
            f"\rMap (num_proc=4): {p}%|█ | {p * 100}/10000 [00:{p // 4:02d}<00:20, 400.00 examples/s]"
            for p in range(0, 101, 10)
        )
        + "\n"
        + "".join(
            f"\rLoading checkpoint shards: {p * 25}%|█ | {p}/4 [00:0{p}<00:02,  1.00s/it]" for p in range(5)
        )
        + "\n"
        + bar(range(40), 200),
        {"step": 39, "total_steps": 200, "first_step": 0},
    ),
    (
        "only a download so far",
        "".join(
            f"\rmodel.safetensors: {p}%|█ | {p * 10}M/1.00G [00:{p // 2:02d}<00:20, 20.0MB/s]"
            for p in range(0, 100, 10)
        ),
        {"step": None, "total_steps": None},
    ),
    (
        "resumed",
        "Resuming from checkpoint-500\n" + bar(range(500, 560), 2000),
        {"step": 559, "first_step": 500, "total_steps": 2000},
    ),
    (
        "shell trace and settings",
        "+ export NCCL_DEBUG=WARN\n+ torchrun --nproc_per_node 8 train.py --max_steps 5000 --lr 1e-4\nNamespace(max_steps=5000, lr=0.0001, seed=42, epochs=3)\n"
        "lr: 0.0001\nbatch_size: 8\nnum_layers: 12\n",
        {"step": None, "loss": None, "n_errors": 0},
    ),
]

MORE: F = [
    (
        "paddle hapi",
        "The loss value printed in the log is the current step, and the metric is the average value of previous steps.\n"
        + "".join(
            f"Epoch {e}/3\n"
            + "".join(
                f"step {i:>3}/469 - loss: 0.{900 - i} - acc: 0.8{i % 10} - {20 + i % 3}ms/step\n"
                for i in range(10, 461, 50)
            )
            + "step 469/469 - loss: 0.0912 - acc: 0.91 - 21ms/step\nEval begin...\nstep 79/79 - loss: 0.05 - acc: 0.95 - 10ms/step\nEval samples: 10000\n"
            for e in (1, 2)
        ),
        {"step": 938, "total_steps": 1407, "seconds_per_step": 0.021, "epoch": 2},
    ),
    (
        "mxnet speedometer",
        lines(
            "INFO:root:Epoch[%d] Batch [%d-%d]\tSpeed: 1234.56 samples/sec\taccuracy=0.9%02d\n",
            [(0, i * 20, i * 20 + 20, i) for i in range(20)],
        )
        + "INFO:root:Epoch[0] Train-accuracy=0.91\nINFO:root:Epoch[0] Time cost=12.3\nINFO:root:Epoch[0] Validation-accuracy=0.95\n",
        {"step": 400, "n_evals": 1},
    ),
    (
        "chainer",
        "epoch       iteration   main/loss   main/accuracy  validation/main/loss  validation/main/accuracy  elapsed_time\n"
        + lines(
            "\x1b[J%d           %d         0.%d    0.9%d          0.2%d              0.9%d                    %d.1\n",
            [(i, i * 600, 900 - i, i, i, i, i * 6) for i in range(1, 9)],
        ),
        {"step": 4800, "loss": 0.892, "n_evals": 8, "seconds_per_step": 0.01},
    ),
    (
        "gluon nlp",
        lines(
            "INFO:root:[Epoch %d Batch %d/%d] loss=%.4f, lr=0.0000500, metrics:accuracy:0.6512\n",
            [(1, i * 50, 2000, 0.9 - i / 100) for i in range(1, 20)],
        ),
        {"step": 950, "loss": 0.71},
    ),
    (
        "dgl",
        lines(
            "Epoch %05d | Loss 1.%d | Accuracy 0.6%02d | Time(s) 0.0100 | ETputs(KTEPS) 100.0\n",
            [(i, 900 - i, i) for i in range(30)],
        ),
        {"step": 29, "loss": 1.871, "seconds_per_step": 0.01},
    ),
    (
        "skorch with checkpoints",
        "  epoch    train_loss    valid_acc    valid_loss    cp     dur\n-------  ------------  -----------  ------------  ----  ------\n"
        + lines(
            "      %d        0.6%d05       0.61%d0        0.67%d9     +  2.0%d56\n",
            [(i, 90 - i, i, 90 - i, i) for i in range(1, 9)],
        ),
        {"step": 8, "n_evals": 8, "seconds_per_step": 2.0},
    ),
    (
        "ignite engine logger",
        lines(
            "2026-01-20 10:00:%02d,100 ignite.engine.engine.Engine INFO: Epoch[%d] Complete. Time taken: 00:00:05.000\n",
            [(i * 5, i) for i in range(1, 9)],
        )
        + "",
        {"n_errors": 0},
    ),
    (
        "ignite basic example",
        "".join(
            "".join(f"Epoch[{e}] Iteration[{i}/938] Loss: 0.{900 - i // 10}\n" for i in range(100, 938, 100))
            + f"Training Results - Epoch: {e}  Avg accuracy: 0.91 Avg loss: 0.30\nValidation Results - Epoch: {e}  Avg accuracy: 0.92 Avg loss: 0.2{e}\n"
            for e in (1, 2)
        ),
        {"step": 1838, "n_evals": 2, "epoch": 2},
    ),
    (
        "torchrl bar",
        "".join(
            f"\r {n}%|█ | {n * 1000}/100000 [00:{n:02d}<01:39, 1000.00it/s, reward: 0.5{n:02d}, step_count: {n}]"
            for n in range(1, 60)
        ),
        {"step": 59000, "total_steps": 100000},
    ),
    (
        "sb3 a2c",
        "".join(
            f"------------------------------------\n| rollout/              |          |\n|    ep_len_mean        | 25       |\n|    ep_rew_mean        | {i}.1     |\n| time/                 |          |\n|    fps                | 400      |\n|    iterations         | {i * 100}      |\n|    time_elapsed       | {i}        |\n|    total_timesteps    | {i * 500}     |\n| train/                |          |\n|    entropy_loss       | -0.6     |\n|    explained_variance | nan      |\n|    policy_loss        | 1.2      |\n|    value_loss         | 7.1      |\n------------------------------------\n"
            for i in range(1, 15)
        ),
        {"step": 7000, "seconds_per_step": 0.0025, "n_errors": 0},
    ),
    (
        "hugging face no_trainer with evals",
        "01/20/2026 10:00:00 - INFO - __main__ -   Total optimization steps = 60\n"
        + bar(range(21), 60)
        + "01/20/2026 10:00:12 - INFO - __main__ - epoch 0: {'accuracy': 0.71, 'f1': 0.8}\n"
        + bar(range(21, 41), 60)
        + "epoch 1: perplexity: 20.1 eval_loss: 3.0\n",
        {"step": 40, "total_steps": 60, "n_evals": 2},
    ),
    (
        "xgboost dask",
        lines("[10:00:%02d] task [xgboost.dask-0]:tcp://127.0.0.1:3000 got new rank 0\n", [(1,)])
        + lines(
            "[%d]\tvalidation_0-mlogloss:1.%d\tvalidation_1-mlogloss:1.%d\n",
            [(i, 900 - i, 950 - i) for i in range(50)],
        ),
        {"step": 49, "n_evals": 50},
    ),
    (
        "lightgbm python api",
        "[LightGBM] [Info] Auto-choosing row-wise multi-threading, the overhead of testing was 0.000123 seconds.\n[LightGBM] [Info] Total Bins 2550\n[LightGBM] [Info] Start training from score -0.01\n"
        + lines(
            "[%d]\ttraining's l2: 0.%d\tvalid_1's l2: 0.%d\n",
            [(i * 10, 900 - i, 950 - i) for i in range(1, 30)],
        ),
        {"step": 290, "loss": 0.871, "n_evals": 29},
    ),
    (
        "lightgbm cli",
        lines(
            "[LightGBM] [Info] %d.1 seconds elapsed, finished iteration %d\n[LightGBM] [Info] Iteration:%d, training auc : 0.9%02d\n[LightGBM] [Info] Iteration:%d, valid_1 auc : 0.8%02d\n",
            [(i, i * 2, i * 2, i, i * 2, i) for i in range(1, 30)],
        ),
        {"step": 58, "n_evals": 29},
    ),
    (
        "catboost with devices",
        "Learning rate set to 0.05\n"
        + lines(
            "%d:\tlearn: 0.%d\ttest: 0.%d\tbest: 0.6 (%d)\ttotal: %d.%ds\tremaining: 1m %ds\n",
            [(i * 10, 900 - i, 950 - i, i * 10, i, 5, 59 - i) for i in range(1, 40)],
        ),
        {"step": 390, "loss": 0.861, "n_evals": 39, "seconds_per_step": 0.1},
    ),
    (
        "sklearn mlp with validation",
        lines(
            "Iteration %d, loss = 0.%d\nValidation score: 0.9%02d\n", [(i, 900 - i, i) for i in range(1, 30)]
        ),
        {"step": 29, "loss": 0.871, "n_evals": 29},
    ),
    (
        "grid search",
        "Fitting 3 folds for each of 4 candidates, totalling 12 fits\n"
        + lines(
            "[CV %d/3] END ...............C=1, gamma=0.1;, score=0.9%02d total time=   0.1s\n",
            [(i % 3 + 1, i) for i in range(12)],
        ),
        {"n_errors": 0},
    ),
    (
        "optuna",
        lines(
            "[I 2026-01-20 10:00:%02d,100] Trial %d finished with value: 0.5%d and parameters: {'lr': 0.01, 'layers': 3}. Best is trial 0 with value: 0.5.\n",
            [(i * 2, i, i) for i in range(20)],
        ),
        {"step": 19, "loss": 0.519, "seconds_per_step": 2.0, "n_errors": 0},
    ),
    (
        "lightgbm stopped early",
        lines("[%d]\ttraining's auc: 0.9%02d\tvalid_1's auc: 0.8%02d\n", [(i, i, i) for i in range(1, 34)])
        + "Early stopping, best iteration is:\n[23]\ttraining's auc: 0.99\tvalid_1's auc: 0.97\n",
        {"step": 33, "n_evals": 33, "early": True},
    ),
    (
        "hyperopt",
        "".join(
            f"\r {n}%|█ | {n}/100 [00:{n // 2:02d}<00:40,  2.00trial/s, best loss: 0.1{n}]"
            for n in range(1, 80)
        ),
        {"step": 79, "total_steps": 100, "seconds_per_step": 0.5},
    ),
    (
        "gensim w2v",
        lines(
            "2026-01-20 10:00:%02d,100 : INFO : EPOCH %d: training on 123456 raw words (98765 effective words) took 2.0s, 50000 effective words/s\n",
            [(i * 2, i) for i in range(10)],
        ),
        {"n_errors": 0},
    ),
    (
        "ultralytics classify",
        "      Epoch    GPU_mem       loss  Instances       Size\n"
        + "".join(
            "".join(
                f"\r      {e}/3         0G      2.{300 - n}         16        224: {n * 10}%|███ | {n}/10 [00:0{n // 2}<00:03,  2.00it/s]"
                for n in range(11)
            )
            + "\n"
            + f"\r               classes   top1_acc   top5_acc: 100%|██████████| 2/2 [00:00<00:00,  9.00it/s]\n                   all      0.{50 + e}       0.91\n"
            for e in (1, 2, 3)
        ),
        {"step": 30, "total_steps": 30, "n_evals": 3},
    ),
    (
        "mmengine ssl",
        lines(
            "2026/01/20 10:00:%02d - mmengine - INFO - Epoch(train)  [%d][%3d/100]  base_lr: 1.0e-03 lr: 1.0e-03  eta: 0:10:00  time: 0.2%02d  data_time: 0.01  memory: 300  loss: 1.%d\n",
            [(i * 2, 1, i * 10, i, 900 - i) for i in range(1, 11)],
        )
        + "2026/01/20 10:00:25 - mmengine - INFO - Epoch(val) [1][20/20]    accuracy/top1: 71.2000  data_time: 0.01  time: 0.1\n2026/01/20 10:00:25 - mmengine - INFO - Saving checkpoint at 1 epochs\n",
        {"step": 100, "n_evals": 1, "seconds_per_step": 0.2055},
    ),
    (
        "lightning without a bar",
        lines("Epoch %d: train_loss=0.%d val_loss=0.%d\n", [(e, 900 - e, 950 - e) for e in range(12)]),
        {"step": 11, "n_evals": 12, "loss": 0.889},
    ),
    (
        "lightning 2 bar",
        "".join(
            f"\rEpoch {e}: {n}%|█ | {n}/100 [00:{n // 4:02d}<00:{25 - n // 4:02d},  4.00it/s, v_num=0, train_loss_step=0.{900 - n}, train_loss_epoch=0.8]"
            for e in range(3)
            for n in range(0, 101, 4)
        )
        + "".join(
            f"\rValidation DataLoader 0: {n * 10}%|█ | {n}/10 [00:00<00:00, 20.00it/s]" for n in range(11)
        ),
        {"step": 300, "seconds_per_step": 0.25, "epoch": 2, "n_evals": 0},
    ),
    (
        "keras 3 with validation",
        "".join(
            f"Epoch {e}/4\n"
            + "".join(
                f"\r\x1b[1m{n}/50\x1b[0m \x1b[32m━━━━━━━━\x1b[0m\x1b[37m━━━━\x1b[0m \x1b[1m{(50 - n) // 10}s\x1b[0m 100ms/step - accuracy: 0.5 - loss: 1.{900 - n}"
                + "\x08" * 60
                for n in range(1, 51)
            )
            + f"\r\x1b[1m50/50\x1b[0m \x1b[32m━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m6s\x1b[0m 110ms/step - accuracy: 0.5 - loss: 1.8 - val_accuracy: 0.6 - val_loss: 1.{e}\n"
            for e in (1, 2)
        ),
        {"step": 100, "total_steps": 200, "n_evals": 2, "seconds_per_step": 0.1},
    ),
    (
        "fastai bar in a terminal",
        "epoch     train_loss  valid_loss  accuracy  time    \n"
        + "".join(
            "".join(
                f"\rEpoch {e + 1}/3 : |{'█' * (n // 10)}{'-' * (8 - n // 10)}| {n * 100 / 80:.2f}% [{n}/80 00:{n // 4:02d}<00:{20 - n // 4:02d} 0.{900 - n}]"
                for n in range(1, 81)
            )
            + f"\r{' ' * 60}\r{e}         0.7{e}2345    0.4{e}2345    0.88{e}000  00:20     \n"
            for e in range(3)
        ),
        {"step": 240, "total_steps": 240, "n_evals": 3, "seconds_per_step": 0.25},
    ),
    (
        "composer progress bar",
        "".join(
            f"\rEpoch     0 train {n}%||| {n}/100 [00:{n:02d}<01:39,  1.00ba/s, loss/train/total=2.{900 - n}]"
            for n in range(1, 60)
        ),
        {"step": 59, "loss": 2.841},
    ),
    (
        "deepspeed with steps per print",
        lines(
            "[2026-01-20 10:%02d:%02d,100] [INFO] [logging.py:96:log_dist] [Rank 0] step=%d, skipped=0, lr=[1e-05], mom=[(0.9, 0.95)]\n[2026-01-20 10:%02d:%02d,101] [INFO] [timer.py:260:stop] epoch=0/micro_step=%d/global_step=%d, RunningAvgSamplesPerSec=10.1, CurrSamplesPerSec=10.2, MemAllocated=1.1GB, MaxMemAllocated=2.1GB\n",
            [(i // 3, i * 20 % 60, i * 10, i // 3, i * 20 % 60, i * 20, i * 10) for i in range(1, 30)],
        ),
        {"step": 290, "seconds_per_step": 2.0, "n_errors": 0},
    ),
    (
        "accelerate prints",
        lines(
            "epoch 0 | step %d | train_loss 2.%d | lr 1.00e-04 | 3.2 samples/s\n",
            [(i * 5, 900 - i) for i in range(1, 30)],
        ),
        {"step": 145, "loss": 2.871, "seconds_per_step": None},
    ),
    (
        "minGPT",
        lines("iter_dt 105.%02dms; iter %d: train loss 3.%d\n", [(i, i * 100, 900 - i) for i in range(30)]),
        {"step": 2900, "loss": 3.871, "seconds_per_step": 0.10515},
    ),
    (
        "karpathy makemore",
        lines("step %d | loss 2.%d | step time 12.%02dms\n", [(i * 10, 900 - i, i) for i in range(30)])
        + "step 500 train loss: 2.51 test loss: 2.55\n",
        {"loss": 2.871, "n_evals": 1, "seconds_per_step": 0.01215},
    ),
    (
        "llama2.c evals",
        lines(
            "%d | loss 8.%d | lr 1.0e-05 | %d.10ms | mfu 1.10%%\n",
            [(i, 900 - i, 500 + i % 7) for i in range(30)],
        )
        + "step 30: train loss 8.1, val loss 8.2\nsaving checkpoint to out\n",
        {"step": 29, "n_evals": 1, "seconds_per_step": 0.50310, "evals_last": {"val_loss": 8.2}},
    ),
    (
        "llm.c cpu",
        "[GPT-2]\nmax_seq_len: 1024\nvocab_size: 50257\nnum_layers: 12\ntrain dataset num_batches: 1192\nval dataset num_batches: 128\nnum_activations: 73323776\nval loss 5.325531\n"
        + lines(
            "step %d: train loss 4.%d (took 1%02d1.321000 ms)\n", [(i, 900 - i, i * 7 % 5) for i in range(30)]
        )
        + "val loss 4.291\n",
        {"step": 29, "loss": 4.871, "n_evals": 2, "seconds_per_step": 1.021},
    ),
    (
        "whisper finetune jax",
        "".join(
            f"\rEpoch... (1/3 | Loss: 0.5{n}, Learning Rate: 1e-05): 33%|█ | 1/3 [01:00<02:00, 60.00s/it]\rTraining...: {n}%|█ | {n}/100 [00:{n // 2:02d}<00:50,  2.00it/s]"
            for n in range(1, 60)
        ),
        {"step": 59, "seconds_per_step": 0.5},
    ),
    (
        "tensor2tensor",
        lines(
            "INFO:tensorflow:global_step/sec: 4.0%d\nINFO:tensorflow:loss = 5.%d, step = %d (25.0%d sec)\n",
            [(i % 9, 900 - i, i * 100, i % 9) for i in range(1, 15)],
        ),
        {"step": 1400, "loss": 5.886, "seconds_per_step": 0.25},
    ),
    (
        "kaldi",
        lines(
            "2026-01-20 10:%02d:01,100 [steps/nnet3/chain/train.py:529 - train - INFO ] Iter: %d/100   Jobs: 3   Epoch: 0.%02d/4.0 (0.5%% complete)   lr: 0.002\n",
            [(i, i, i) for i in range(30)],
        ),
        {"step": 29, "total_steps": 100, "seconds_per_step": 60.0},
    ),
    (
        "marian",
        lines(
            "[2026-01-20 10:%02d:%02d] Ep. 1 : Up. %d : Sen. %d : Cost 9.%d : Time 25.10s : 5012.31 words/s : gNorm 1.2\n",
            [(i * 25 // 60, i * 25 % 60, i * 100, i * 6400, 900 - i) for i in range(1, 30)],
        )
        + "[2026-01-20 10:20:00] [valid] Ep. 1 : Up. 2900 : ce-mean-words : 4.1 : new best\n",
        {"step": 2900, "seconds_per_step": 0.25, "loss": 9.871},
    ),
    (
        "opennmt-tf",
        lines(
            "I0120 10:%02d:%02d.000000 140 runner.py:310] Step = %d ; steps/s = 2.0%d, source words/s = 1000, target words/s = 900 ; Learning rate = 0.0001 ; Loss = 4.%d\n",
            [(i * 50 // 60, i * 50 % 60, i * 100, i % 9, 900 - i) for i in range(1, 20)],
        ),
        {"step": 1900, "loss": 4.881, "seconds_per_step": 0.49},
    ),
    (
        "sockeye",
        lines(
            "[2026-01-20:10:%02d:%02d:INFO:sockeye.training:_step] Epoch[0] Batch [%d]\tSpeed: 1000.00 samples/sec\t20000.00 tokens/sec\t5.00 updates/sec\tcross-entropy=6.%d\n",
            [(i * 10 // 60, i * 10 % 60, i * 50, 900 - i) for i in range(1, 20)],
        ),
        {"step": 950, "seconds_per_step": 0.2},
    ),
    (
        "joeynmt",
        lines(
            "2026-01-20 10:%02d:%02d,100 - INFO - joeynmt.training - Epoch   1, Step: %8d, Batch Loss: %10.6f, Batch Acc: 0.01, Tokens per Sec:    12345, Lr: 0.000300\n",
            [(i * 10 // 60, i * 10 % 60, i * 100, 5 - i / 10) for i in range(1, 20)],
        ),
        {"step": 1900, "seconds_per_step": 0.1, "loss": 3.1},
    ),
    (
        "rasa",
        "".join(
            f"\rEpochs: {n}%|█ | {n}/100 [00:{n:02d}<00:{99 - n:02d},  1.00it/s, t_loss=2.{900 - n}, i_acc=0.9]"
            for n in range(1, 90)
        ),
        {"step": 89, "total_steps": 100, "seconds_per_step": 1.0},
    ),
    (
        "pytorch forecasting",
        "".join(
            f"\rEpoch 0: {n}%|█ | {n}/30 [00:{n:02d}<00:{30 - n:02d}, 1.00it/s, v_num=1, train_loss_step=70.{n}, val_loss=65.1]"
            for n in range(1, 30)
        ),
        {"step": 29, "loss": 70.29, "seconds_per_step": 1.0},
    ),
    (
        "neuralprophet",
        "".join(
            f"\rEpoch[{n}/100]: {n}%|█ | {n}/100 [00:{n // 4:02d}<00:20, 4.00it/s, SmoothL1Loss=0.0{900 - n}, MAE=0.2]"
            for n in range(1, 80)
        ),
        {"step": 79, "total_steps": 100},
    ),
    (
        "tslearn and tensorboardless prints",
        lines(
            "[%d/200] train loss: 0.%d, val loss: 0.%d, time: 2.0s\n",
            [(i, 900 - i, 950 - i) for i in range(1, 40)],
        ),
        {"step": 39, "total_steps": 200, "n_evals": 39, "loss": 0.861, "seconds_per_step": 2.0},
    ),
    (
        "a header of settings and an iteration table",
        "   iter       loss    grad      time\n-------------------------------------\n"
        + lines("%6d   %.5f   %.3f   %.2f\n", [(i * 10, 5 - i / 20, 1.2, i * 0.5) for i in range(40)]),
        {"step": 390, "loss": 3.05, "seconds_per_step": 0.05},
    ),
    (
        "markdown table",
        "| epoch | train_loss | valid_loss | time |\n|-------|------------|------------|------|\n"
        + lines("| %d     | 0.%d     | 0.%d     | 00:10 |\n", [(i, 900 - i, 950 - i) for i in range(1, 9)]),
        {"step": 8, "loss": 0.892, "n_evals": 8},
    ),
    (
        "key value blocks",
        "".join(
            f"---------------------------------\n| Epoch                | {i}   |\n| Steps                | {i * 1000} |\n| Loss                 | 0.{900 - i} |\n| Time                 | {i * 10}  |\n---------------------------------\n"
            for i in range(1, 12)
        ),
        {"step": 11000, "loss": 0.889},
    ),
    (
        "openai baselines",
        "".join(
            f"--------------------------------------\n| approxkl           | 0.00{i}       |\n| eplenmean          | nan          |\n| eprewmean          | nan          |\n| fps                | 1000         |\n| nupdates           | {i}            |\n| policy_entropy     | 0.69         |\n| serial_timesteps   | {i * 128}          |\n| time_elapsed       | {i}.1         |\n| total_timesteps    | {i * 1024}         |\n| value_loss         | 1.2          |\n--------------------------------------\n"
            for i in range(1, 12)
        ),
        {"step": 11264, "n_errors": 0},
    ),
    (
        "tune status table",
        "".join(
            f"Trial status: 1 RUNNING\nCurrent time: 2026-01-20 10:00:{i * 5 % 60:02d}. Total running time: {i * 5}s\nLogical resource usage: 1.0/2 CPUs, 0/0 GPUs\n╭──────────────────────────────────────────────────────────────────╮\n│ Trial name        status       iter     total time (s)      loss │\n├──────────────────────────────────────────────────────────────────┤\n│ train_a_00000     RUNNING        {i}              {i * 5}.1      0.{900 - i} │\n╰──────────────────────────────────────────────────────────────────╯\n"
            for i in range(1, 9)
        ),
        {"n_errors": 0},
    ),
    (
        "enlighten",
        "".join(
            f"\rTraining {n:3d}%|{'█' * (n // 5)}{' ' * (20 - n // 5)}| {n}/100 [00:{n // 2:02d}<00:{50 - n // 2:02d}, 2.00 steps/s]"
            for n in range(1, 80)
        ),
        {"step": 79, "total_steps": 100, "seconds_per_step": 0.5},
    ),
    (
        "click progressbar",
        "".join(
            f"\rTraining  [{'#' * (n // 3)}{'-' * (36 - n // 3)}]  {n}/108  00:00:{54 - n // 2:02d}"
            for n in range(1, 80)
        ),
        {"step": 79, "total_steps": 108},
    ),
    (
        "progress package",
        "".join(f"\rTraining |{'#' * (n // 4)}{' ' * (32 - n // 4)}| {n}/128" for n in range(1, 90)),
        {"step": 89, "total_steps": 128},
    ),
    (
        "rich bar with columns",
        "".join(
            f"\rTraining {'━' * (n // 3)}╸{'━' * (33 - n // 3)} {n}/100 0:00:{n // 2:02d} 0:00:{50 - n // 2:02d} 2.0 it/s loss=0.{900 - n}"
            for n in range(1, 80)
        ),
        {"step": 79, "total_steps": 100, "loss": 0.821, "seconds_per_step": 0.5},
    ),
    (
        "ascii tqdm",
        "".join(
            f"\r {n}%|{'#' * (n // 10)}{n % 10}{' ' * (9 - n // 10)}| {n}/100 [00:{n // 2:02d}<00:{50 - n // 2:02d},  2.00it/s]"
            for n in range(1, 90)
        ),
        {"step": 89, "total_steps": 100, "seconds_per_step": 0.5},
    ),
    (
        "tqdm without a total",
        "".join(f"\r{n}it [00:{n // 2:02d},  2.00it/s, loss=0.{900 - n}]" for n in range(1, 90)),
        {"step": 89, "total_steps": None, "loss": 0.811, "seconds_per_step": 0.5},
    ),
    (
        "a bar whose postfix holds brackets",
        "".join(
            f"\r {n}%|█ | {n}/100 [00:{n // 2:02d}<00:40,  2.00it/s, loss=0.{900 - n}, lr=[1e-05], box=tensor(0.1)]"
            for n in range(1, 90)
        ),
        {"step": 89, "total_steps": 100, "loss": 0.811, "seconds_per_step": 0.5},
    ),
    (
        "two runs in one log",
        "".join(f"step {n}/100 loss 0.{900 - n}\n" for n in range(1, 61))
        + "restarting from scratch\n"
        + "".join(f"step {n}/100 loss 0.{900 - n}\n" for n in range(1, 31)),
        {"step": 30, "total_steps": 100},
    ),
    (
        "step with a decimal epoch",
        lines("epoch %.3f step %d loss 0.%d\n", [(i / 40, i, 900 - i) for i in range(1, 60)]),
        {"step": 59, "loss": 0.841, "epoch": 1.475},
    ),
    (
        "zero padded",
        lines("Epoch [0001/0010] Iter [%06d/000500] Loss 0.%d\n", [(i * 10, 900 - i) for i in range(1, 40)]),
        {"step": 390, "total_steps": 5000, "loss": 0.861},
    ),
    (
        "percent and eta",
        lines(
            "Progress: %d.0%% | step %d of 400 | ETA 0:0%d:00 | loss 0.%d\n",
            [(i, i * 4, 9 - i // 10, 900 - i) for i in range(1, 40)],
        ),
        {"step": 156, "total_steps": 400, "loss": 0.861},
    ),
    (
        "several losses",
        lines(
            "step: %d, g_loss: 1.%d, d_loss: 0.5, total_loss: 2.%d, val_metric: n/a\n",
            [(i, 900 - i, 900 - i) for i in range(1, 40)],
        ),
        {"step": 39, "loss": 2.861, "n_evals": 0},
    ),
    (
        "tokens as the only counter",
        lines("tokens seen: %d, loss: 3.%d, tok/s: 12000\n", [(i * 100000, 900 - i) for i in range(1, 40)]),
        {"step": None, "loss": 3.861},
    ),
    (
        "json with a string step",
        lines(
            '{"ts": "2026-01-20T10:00:%02d.100Z", "step": "%d", "loss": "0.%d", "total_steps": "500"}\n',
            [(i, i * 2, 900 - i) for i in range(1, 40)],
        ),
        {"step": 78, "total_steps": 500, "loss": 0.861, "seconds_per_step": 0.5},
    ),
    (
        "a prefix and json",
        lines(
            '2026-01-20 10:00:%02d INFO metrics {"step": %d, "train": {"loss": 0.%d}, "eval": null}\n',
            [(i, i * 2, 900 - i) for i in range(1, 40)],
        ),
        {"step": 78, "loss": 0.861, "seconds_per_step": 0.5},
    ),
    (
        "yaml documents",
        "".join(f"---\nstep: {i}\nloss: 0.{900 - i}\nlr: 0.001\n" for i in range(1, 30)),
        {"loss": 0.871},
    ),
]

FRAMEWORKS: F = [*LLM, *VISION, *SPEECH, *RL, *TABULAR, *PLAIN, *MORE]
