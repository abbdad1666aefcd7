# ruff: noqa: E501  (log lines are as long as they are)
"""Deaths told by other languages' runtimes and by what watches them; and texts that only sound like death."""

from tests.logs.crashes import GO, MAIN, TB, steps

Entry = tuple[str, str, list[tuple[str, bool]]]
T = TB + MAIN
END = steps(6, 12)

DEATHS: list[Entry] = [
    (
        "jl oom",
        GO
        + "ERROR: LoadError: Out of GPU memory trying to allocate 1.000 GiB\nStacktrace:\n  [1] macro expansion\n    @ ~/.julia/packages/CUDA/src/pool.jl:411\n",
        [("oom", True)],
    ),
    (
        "tf resource",
        GO
        + T
        + "tensorflow.python.framework.errors_impl.ResourceExhaustedError: {{function_node __wrapped__AddV2}} failed to allocate memory [Op:AddV2]\n",
        [("oom", True)],
    ),
    (
        "keras valueerr",
        GO
        + T
        + "ValueError: Exception encountered when calling layer 'dense' (type Dense).\n\nMatrix size-incompatible\n\nCall arguments received by layer\n",
        [("traceback", True)],
    ),
    (
        "r error",
        GO
        + "Error in fit(model, x) : CUDA out of memory. Tried to allocate 1.00 GiB\nCalls: fit -> step\nExecution halted\n",
        [("oom", True)],
    ),
    (
        "r error plain",
        GO + "Error in train(model) : object 'x' not found\nExecution halted\n",
        [("other", True)],
    ),
    (
        "matlab",
        GO
        + "Error using trainNetwork (line 191)\nOut of memory on device. To view more detail about available memory on the GPU, use 'gpuDevice()'.\n",
        [("oom", True)],
    ),
    (
        "java",
        GO
        + 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat org.nd4j.linalg.Foo(Foo.java:12)\n',
        [("oom", True)],
    ),
    (
        "go panic",
        GO
        + "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/w/main.go:12 +0x1d\nexit status 2\n",
        [("other", True)],
    ),
    (
        "rust main err",
        GO + 'Error: DriverError(CUDA_ERROR_OUT_OF_MEMORY, "out of memory")\n',
        [("oom", True)],
    ),
    (
        "node",
        GO
        + "/w/train.js:12\n    throw new Error('x');\n    ^\n\nError: x is bad\n    at Object.<anonymous> (/w/train.js:12:9)\n    at Module._compile (node:internal/modules/cjs/loader:1105:14)\n\nNode.js v18.0.0\n",
        [("other", True)],
    ),
    (
        "sbatch node fail",
        GO
        + "slurmstepd: error: *** JOB 123 ON n1 CANCELLED AT 2026-01-01T10:00:00 DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS ***\n",
        [("killed", True)],
    ),
    (
        "systemd oom",
        GO + "train.service: A process of this unit has been killed by the OOM killer.\n",
        [("oom", True)],
    ),
    ("k8s", GO + "command terminated with exit code 137\n", [("killed", True)]),
    (
        "docker oom code",
        GO + "OCI runtime error: container_linux.go: process exited with 137 (OOMKilled)\n",
        [("oom", True)],
    ),
    ("ecc", GO + T + "RuntimeError: CUDA error: uncorrectable ECC error encountered\n", [("cuda", True)]),
    (
        "gpu lost",
        GO
        + "Unable to determine the device handle for GPU 0000:44:00.0: GPU is lost.  Reboot the system to recover this GPU\n",
        [("cuda", True)],
    ),
    (
        "nccl unhandled",
        GO
        + T
        + "torch.distributed.DistBackendError: NCCL error in: ../torch/csrc/distributed/c10d/ProcessGroupNCCL.cpp:1970, unhandled system error (run with NCCL_DEBUG=INFO for details), NCCL version 2.20.5\n",
        [("nccl", True)],
    ),
    (
        "xgb cuda",
        GO
        + T
        + "xgboost.core.XGBoostError: [10:00:00] /workspace/src/c_api.cc:124: Check failed: e == cudaSuccess: out of memory\n",
        [("oom", True)],
    ),
    (
        "polars thread panic",
        GO
        + "thread '<unnamed>' panicked at crates/x.rs:12:5:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1`\n"
        + T
        + "pyo3_runtime.PanicException: index out of bounds\n",
        [("other", True)],
    ),
    (
        "lightning misconf",
        T
        + "lightning.fabric.utilities.exceptions.MisconfigurationException: `Trainer(devices=2)` value is not a valid input\n",
        [("traceback", True)],
    ),
    (
        "hf gated",
        T
        + "OSError: You are trying to access a gated repo.\nMake sure to have access to it at https://huggingface.co/x\n401 Client Error.\n",
        [("traceback", True)],
    ),
    (
        "ssl",
        T
        + "requests.exceptions.SSLError: HTTPSConnectionPool(host='hub', port=443): Max retries exceeded with url: /x (Caused by SSLError)\n",
        [("traceback", True)],
    ),
    ("assert nan", GO + T + "AssertionError: Loss is NaN at step 6\n", [("nan", True)]),
    (
        "ort",
        GO
        + T
        + "onnxruntime.capi.onnxruntime_pybind11_state.RuntimeException: [ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned\n",
        [("traceback", True)],
    ),
    (
        "shm",
        GO
        + T
        + "RuntimeError: unable to open shared memory object </torch_123_456> in read-write mode: No space left on device (28)\n",
        [("disk", True)],
    ),
    ("japanese", GO + "エラー: メモリ不足のため学習を中断しました\n", [("oom", True)]),
    (
        "stack smashing",
        GO + "*** stack smashing detected ***: terminated\nAborted (core dumped)\n",
        [("segfault", True)],
    ),
    ("free invalid", GO + "free(): invalid pointer\nAborted (core dumped)\n", [("segfault", True)]),
    ("malloc", GO + "malloc(): corrupted top size\n", [("segfault", True)]),
    ("quota glib", GO + "write error: Disk quota exceeded\n", [("disk", True)]),
    (
        "uv",
        "error: Failed to spawn: `train`\n  Caused by: No such file or directory (os error 2)\n",
        [("other", True)],
    ),
    ("make", GO + "make: *** [Makefile:3: train] Error 1\n", [("other", True)]),
    ("windows", GO + "Process finished with exit code -1073741819 (0xC0000005)\n", [("segfault", True)]),
]

HARMLESS: list[Entry] = [
    ("handled", GO + "Error reading sample 123: truncated image, skipping\n" + END, []),
    (
        "handled at end no more",
        GO + "ERROR: could not decode image 12.jpg, using black image instead\n" + END,
        [],
    ),
    ("error col", GO + "error: 0.123\nvalidation error: 0.2\n" + END, []),
    ("nan metric", GO + "AUC undefined: nan\n" + END, []),
    (
        "scaler",
        GO + "Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 32768.0\n" + END,
        [],
    ),
    ("nan skip", GO + "WARNING: loss is nan at batch 12, skipping batch\n" + END, []),
    (
        "dataset",
        GO + "Sample: The sniper was killed. Killed in action, he fell.\nKilled the process of peace\n" + END,
        [],
    ),
    ("dataset2", GO + "PRED: Out of memory, the old man smiled.\nREF: Out of memory\n" + END, []),
    (
        "tests",
        GO + "tests/test_error.py::test_killed PASSED\ntests/test_oom.py::test_out_of_memory PASSED\n" + END,
        [],
    ),
    ("code shown", GO + "def f():\n    raise RuntimeError('CUDA out of memory')\n" + END, []),
    ("git", GO + "fatal: not a git repository (or any of the parent directories): .git\n" + END, []),
    (
        "wandb",
        GO
        + "wandb: ERROR Error while calling W&B API: internal error (<Response [500]>)\nwandb: Network error (ConnectionError), entering retry loop.\n"
        + END,
        [],
    ),
    (
        "tf",
        "2026-01-01 10:00:00.1: E external/local_xla/xla/stream_executor/cuda/cuda_fft.cc:477] Unable to register cuFFT factory: Attempting to register factory for plugin cuFFT when one has already been registered\n2026-01-01 10:00:00.1: E tensorflow/compiler/xla/stream_executor/cuda/cuda_driver.cc:268] failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected\n"
        + GO,
        [],
    ),
    (
        "mp",
        GO
        + 'Training finished.\nException ignored in: <function _MultiProcessingDataLoaderIter.__del__ at 0x7f>\nTraceback (most recent call last):\n  File "x.py", line 3, in __del__\n    self._shutdown_workers()\nAssertionError: can only test a child process\n',
        [],
    ),
    (
        "rouge",
        GO + "wer: 0.12 error rate 12.3% substitutions 3 deletions 4\nword error rate: 0.12\n" + END,
        [],
    ),
    ("hint text", GO + "If this fails with CUDA out of memory, reduce batch_size.\n" + END, []),
    ("checks", GO + "Early stop check: val_loss not improved; will be killed after 3 more\n" + END, []),
    ("kill arg", GO + "--kill_on_nan True --error_level fatal --fatal_errors 0\n" + END, []),
    ("summary", GO + "0 errors, 3 warnings\nTraining complete.\n", []),
    ("last word", GO + "Saved model. No errors were raised.\nBye.\n", []),
    (
        "logged error last",
        GO + "ERROR:root:Could not upload metrics to the server\nTraining done in 12.3s\n",
        [],
    ),
    (
        "autograd warn",
        GO
        + "[W accumulate_grad.h:170] Warning: grad and param do not obey the gradient layout contract. This is not an error, but may impair performance.\n"
        + END,
        [],
    ),
    (
        "tcpstore warn",
        "[W socket.cpp:426] [c10d] The server socket cannot be initialized on [::]:29500 (errno: 97 - Address family not supported by protocol).\n"
        + GO,
        [],
    ),
    (
        "nccl warn",
        "[rank0]:[W101 10:00:00.1 ProcessGroupNCCL.cpp:1250] Warning: WARNING: process group has NOT been destroyed before we destruct ProcessGroupNCCL.\n"
        + GO,
        [],
    ),
    (
        "end pgnccl",
        GO
        + "[rank0]:[W101 10:00:00.1 ProcessGroupNCCL.cpp:1496] Warning: WARNING: destroy_process_group() was not called before program exit, which can leak resources.\n",
        [],
    ),
    (
        "leaked",
        GO
        + "/usr/lib/python3.11/multiprocessing/resource_tracker.py:254: UserWarning: resource_tracker: There appear to be 6 leaked semaphore objects to clean up at shutdown\n  warnings.warn('resource_tracker: There appear to be %d '\n",
        [],
    ),
    ("oom score", GO + "oom_score_adj set to 0, memory limit 64G\n" + END, []),
]

RUNTIMES: list[Entry] = [*DEATHS, *HARMLESS]
