# ruff: noqa: E501  (log lines are as long as they are)
"""Texts of deaths and of what only looks like them, and the markers they must give.

Each entry: name, text, expected (kind, fatal) pairs in order; an empty list: nothing may be raised.
"""

TB = "Traceback (most recent call last):\n"
MAIN = '  File "/app/train.py", line 88, in <module>\n    main()\n'
STEP = '  File "/app/train.py", line 41, in train_step\n    loss.backward()\n    ^^^^^^^^^^^^^^^\n'


def steps(first: int, last: int, prefix: str = "", loss: str = "0.5") -> str:
    return "".join(f"{prefix}step {n}/300 loss {loss}\n" for n in range(first, last))


GO = steps(1, 6)
BAR = "\r 41%|████      | 123/300 [00:35<01:03,  2.79it/s]"

CRASHES: list[tuple[str, str, list[tuple[str, bool]]]] = [
    ("plain exception", GO + TB + MAIN + STEP + "ValueError: bad batch\n", [("traceback", True)]),
    ("last line unterminated", GO + TB + MAIN + "ValueError: bad batch", [("traceback", True)]),
    ("without message", GO + TB + MAIN + STEP + "AssertionError\n", [("traceback", True)]),
    ("cut off", GO + TB + MAIN, [("traceback", True)]),
    ("after a bar", BAR + TB + MAIN + "KeyError: 'x'\n" + BAR + "\n", [("traceback", True)]),
    ("bar frame before", BAR + "\n" + TB + MAIN + "KeyError: 'x'\n" + BAR + "\n", [("traceback", True)]),
    (
        "chained",
        GO
        + TB
        + MAIN
        + "KeyError: 'x'\n\nDuring handling of the above exception, another exception occurred:\n\n"
        + TB
        + MAIN
        + "RuntimeError: could not load batch\n",
        [("traceback", True)],
    ),
    (
        "oom wrapped",
        GO
        + TB
        + MAIN
        + "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has\n\n"
        "The above exception was the direct cause of the following exception:\n\n"
        + TB
        + MAIN
        + "RuntimeError: worker failed\n",
        [("oom", True)],
    ),
    (
        "caught and retried",
        GO
        + TB
        + MAIN
        + "ConnectionError: reset\nWARNING upload failed (attempt 1/3), retrying in 2s\n"
        + steps(6, 9),
        [],
    ),
    ("caught, training goes on", GO + TB + MAIN + "ValueError: bad sample\n" + steps(6, 9), []),
    ("caught at the end", GO + TB + MAIN + "ConnectionError: reset\nTraining complete.\n", []),
    (
        "oom old",
        GO
        + TB
        + MAIN
        + "RuntimeError: CUDA out of memory. Tried to allocate 1.50 GiB (GPU 0; 8.00 GiB total capacity)\n",
        [("oom", True)],
    ),
    (
        "oom new",
        GO + TB + MAIN + "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n",
        [("oom", True)],
    ),
    ("oom caught", GO + "| WARNING: ran out of memory, retrying batch\n" + steps(6, 9), []),
    (
        "jax oom",
        GO
        + TB
        + MAIN
        + "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 2147483648 bytes.\n",
        [("oom", True)],
    ),
    (
        "tf oom",
        GO
        + TB
        + MAIN
        + "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with shape[1,2]\n",
        [("oom", True)],
    ),
    (
        "tf hint",
        "Hint: If you want to see a list of allocated tensors when OOM happens, add report_tensor_allocations\n"
        + GO,
        [],
    ),
    ("host memory", GO + TB + MAIN + "MemoryError\n", [("oom", True)]),
    (
        "numpy memory",
        GO
        + TB
        + MAIN
        + "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 7.45 GiB for an array\n",
        [("oom", True)],
    ),
    (
        "killed by shell",
        BAR + "bash: line 1: 28255 Killed                  python train.py\n",
        [("killed", True)],
    ),
    ("killed alone", GO + "Killed\n", [("killed", True)]),
    (
        "killed and respawned",
        GO
        + "bash: line 1: 2065 Killed   python x.py\nTraining crashed with exit code 137. Respawning..\n"
        + GO,
        [],
    ),
    (
        "script killed",
        GO + "./run.sh: line 3:  1234 Killed                  python train.py\n",
        [("killed", True)],
    ),
    ("terminated", GO + "bash: line 1: 28255 Terminated              python train.py\n", [("killed", True)]),
    (
        "slurm oom",
        GO
        + "slurmstepd: error: Detected 1 oom_kill event in StepId=123456.0. Some of the step tasks have been OOM Killed.\n",
        [("oom", True)],
    ),
    (
        "slurm time",
        GO
        + "slurmstepd: error: *** JOB 123456 ON node12 CANCELLED AT 2024-05-01T10:00:00 DUE TO TIME LIMIT ***\n",
        [("killed", True)],
    ),
    ("segfault", GO + "bash: line 1: 31493 Segmentation fault      python x.py\n", [("segfault", True)]),
    ("segfault dumped", GO + "Segmentation fault (core dumped)\n", [("segfault", True)]),
    (
        "faulthandler",
        GO
        + 'Fatal Python error: Segmentation fault\n\nCurrent thread 0x00007f (most recent call first):\n  File "x.py", line 3 in f\n',
        [("segfault", True)],
    ),
    ("bus error", GO + "bash: line 1: 99 Bus error               python x.py\n", [("segfault", True)]),
    (
        "nccl timeout",
        BAR
        + "[rank0]:[E321 04:10:11.408 ProcessGroupNCCL.cpp:607] [Rank 0] Watchdog caught collective operation timeout: "
        "WorkNCCL(SeqNum=2041, OpType=ALLREDUCE, Timeout(ms)=600000) ran for 600060 milliseconds before timing out.\n",
        [("nccl", True)],
    ),
    (
        "nccl old",
        GO
        + "[E ProcessGroupNCCL.cpp:737] [Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1)\n",
        [("nccl", True)],
    ),
    ("nccl info", "node1:123:456 [0] NCCL INFO Bootstrap : Using eth0\nNCCL version 2.20.5\n" + GO, []),
    (
        "rank tracebacks",
        steps(1, 5, "[rank0]:")
        + "".join(f"[rank1]: {line}\n" for line in (TB + MAIN + "RuntimeError: corrupt sample").splitlines())
        + '[rank0]: Traceback (most recent call last):\n[rank0]:   File "x.py", line 3, in <module>\n'
        "[rank0]: RuntimeError: [../gloo/transport/tcp/pair.cc:553] Connection closed by peer [127.0.0.1]:23207\n"
        "E1123 20:02:12.738000 1762 torch/distributed/elastic/multiprocessing/api.py:1002] failed (exitcode: 1) local_rank: 1 (pid: 1767) of binary: python\n"
        + TB
        + '  File "/venv/bin/torchrun", line 8, in <module>\n    sys.exit(main())\n'
        "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n=====\nx.py FAILED\n  exitcode  : -15 (pid: 1766)  (SIGTERM)\n",
        [("traceback", True), ("nccl", True)],
    ),
    (
        "rank killed",
        GO
        + "E1123 20:02:10.192000 1764 torch/distributed/elastic/multiprocessing/api.py:1002] failed (exitcode: -9) local_rank: 1 (pid: 1770) of binary: python\n"
        + TB
        + '  File "/venv/bin/torchrun", line 8, in <module>\n'
        "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n  exitcode  : -9 (pid: 1770)  (SIGKILL)\n  traceback : Signal 9 (SIGKILL) received by PID 1770\n",
        [("killed", True)],
    ),
    (
        "illegal access",
        GO
        + TB
        + MAIN
        + "RuntimeError: CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be asynchronously reported at some other API call\n",
        [("cuda", True)],
    ),
    (
        "cudnn",
        GO + TB + MAIN + "RuntimeError: cuDNN error: CUDNN_STATUS_EXECUTION_FAILED\n",
        [("cuda", True)],
    ),
    (
        "cublas alloc",
        GO
        + TB
        + MAIN
        + "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`\n",
        [("oom", True)],
    ),
    (
        "cudnn factory",
        "E0000 cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register factory for plugin cuDNN\n"
        + GO,
        [],
    ),
    (
        "xid",
        GO + "NVRM: Xid (PCI:0000:44:00): 79, pid=1234, name=python, GPU has fallen off the bus.\n",
        [("cuda", True)],
    ),
    (
        "no cuda",
        "Loading\n" + TB + MAIN + "AssertionError: Torch not compiled with CUDA enabled\n",
        [("cuda", True)],
    ),
    ("no driver", TB + MAIN + "RuntimeError: Found no NVIDIA driver on your system.\n", [("cuda", True)]),
    ("disk", GO + TB + MAIN + "OSError: [Errno 28] No space left on device: 'ckpt'\n", [("disk", True)]),
    (
        "disk by torch",
        GO
        + TB
        + MAIN
        + "RuntimeError: [enforce fail at inline_container.cc:672] . unexpected pos 264064 vs 263956\n",
        [("disk", True)],
    ),
    (
        "cpu allocator",
        GO
        + TB
        + MAIN
        + "RuntimeError: [enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to allocate 5 bytes.\n",
        [("oom", True)],
    ),
    ("import", TB + MAIN + "ModuleNotFoundError: No module named 'flash_attn'\n", [("import", True)]),
    (
        "import lib",
        TB
        + MAIN
        + "ImportError: libcudart.so.12: cannot open shared object file: No such file or directory\n",
        [("import", True)],
    ),
    (
        "worker",
        GO + TB + MAIN + "RuntimeError: DataLoader worker (pid(s) 12345) exited unexpectedly\n",
        [("worker", True)],
    ),
    (
        "shm",
        GO
        + "ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).\n",
        [("worker", True)],
    ),
    ("nan loss", GO + steps(6, 9, loss="nan"), [("nan", False)]),
    ("inf loss", GO + steps(6, 9, loss="inf"), [("nan", False)]),
    ("nan stops", GO + "Loss is nan, stopping training\n", [("nan", True)]),
    (
        "nan raises",
        GO
        + steps(6, 9, loss="nan")
        + TB
        + MAIN
        + "FloatingPointError: Loss became infinite or NaN at iteration=1500!\n",
        [("nan", False), ("nan", True)],
    ),
    (
        "scale",
        GO
        + TB
        + MAIN
        + "Exception: Current loss scale already at minimum - cannot decrease scale anymore. Exiting run.\n",
        [("nan", True)],
    ),
    (
        "nan hidden by hf",
        "{'loss': '0.5', 'grad_norm': '0.3', 'epoch': '0.1'}\n{'loss': '0', 'grad_norm': 'nan', 'epoch': '0.2'}\n",
        [("nan", False)],
    ),
    ("nan count", " iteration 10/ 300 | lm loss: 2.0E+00 | number of nan iterations:   0 |\n" * 3, []),
    (
        "step avg nan",
        "step:1/300 train_time:0ms step_avg:nanms\nstep:2/300 train_time:300ms step_avg:150.00ms\n",
        [],
    ),
    ("reward nan", "| ep_rewmean         | nan           |\n", []),
    ("interrupted", GO + TB + MAIN + "KeyboardInterrupt\n", [("killed", True)]),
    (
        "syntax",
        '  File "train.py", line 3\n    def f(:\n          ^\nSyntaxError: invalid syntax\n',
        [("other", True)],
    ),
    (
        "arguments",
        "usage: train.py [-h] [--lr LR]\ntrain.py: error: unrecognized arguments: --foo\n",
        [("other", True)],
    ),
    (
        "no script",
        "python: can't open file '/app/train.py': [Errno 2] No such file or directory\n",
        [("other", True)],
    ),
    ("no command", "bash: line 1: torchrun: command not found\n", [("other", True)]),
    (
        "c++ abort",
        GO
        + "terminate called after throwing an instance of 'c10::DistBackendError'\n  what():  NCCL error\n",
        [("nccl", True)],
    ),
    (
        "rich traceback",
        GO
        + "╭───── Traceback (most recent call last) ─────╮\n│ /app/train.py:88 in <module>                 │\n│ ❱ 88 main()                                  │\n╰──────────────────────────────────────────────╯\nValueError: bad batch\n",
        [("traceback", True)],
    ),
    (
        "logging prefix",
        "".join(
            f"2026-11-23T20:02:46 {line}\n"
            for line in (GO + TB + MAIN + "ValueError: bad batch").splitlines()
        ),
        [("traceback", True)],
    ),
    (
        "words only",
        "error rate: 0.12 num_errors=0 nan_count=0 oom_fallback=False killed_jobs=0 nccl_timeout=1800s\n"
        "UserWarning: this may result in an error\nGradient overflow. Skipping step, loss scaler 0 reducing loss scale to 32768.0\n"
        "huggingface/tokenizers: The current process just got forked. Disabling parallelism to avoid deadlocks...\n"
        "2026-11-23 19:36:47,332 ERROR train: Failed to upload checkpoint: Connection reset by peer; will retry at next save\n"
        "watchdog thread: no problem found; process not Killed\nfinished without errors; Traceback count: 0\n"
        + GO,
        [],
    ),
    (
        "bitsandbytes",
        "UserWarning: The installed version of bitsandbytes was compiled without GPU support. 8-bit optimizers are unavailable.\n"
        + GO,
        [],
    ),
    ("twice the same", GO + (TB + MAIN + "ValueError: bad batch 1\n") * 2, [("traceback", True)]),
    ("flushed after its death", TB + MAIN + "RuntimeError: boom\n" + steps(1, 60), [("traceback", True)]),
    (
        "logged and survived",
        GO
        + "2026-01-01 10:00:00 ERROR eval failed\n"
        + TB
        + '  File "x.py", line 3, in evaluate\n'
        + "ValueError: x\n2026-01-01 10:00:01 INFO saving model\n",
        [],
    ),
    (
        "restarted by torchrun",
        steps(1, 20, "[rank0]:")
        + "".join(f"[rank1]: {line}\n" for line in (TB + MAIN + "RuntimeError: x").splitlines())
        + steps(1, 300, "[rank0]:"),
        [],
    ),
    (
        "hydra",
        "Error executing job with overrides: ['a=1']\n"
        + TB
        + MAIN
        + "omegaconf.errors.ConfigAttributeError: Key 'x'\n",
        [("traceback", True)],
    ),
]
