# ruff: noqa: E501  (log lines are as long as they are)
"""More deaths, and more texts that only sound like one. Entries as in `crashes.py`."""

from tests.logs.crashes import BAR, GO, MAIN, STEP, TB, steps

Entry = tuple[str, str, list[tuple[str, bool]]]


def rank(number: int, text: str) -> str:
    return "".join(f"[rank{number}]: {line}\n" for line in text.splitlines())


def stamped(text: str, head: str = "2026-01-20 10:00:00,100 ERROR train: ") -> str:
    return "".join(head + line + "\n" for line in text.splitlines())


ELASTIC = (
    "W0120 10:00:00.100000 100 torch/distributed/elastic/multiprocessing/api.py:900] Sending process 101 closing signal SIGTERM\n"
    "E0120 10:00:01.100000 100 torch/distributed/elastic/multiprocessing/api.py:874] failed (exitcode: %d) local_rank: 1 (pid: 102) of binary: /usr/bin/python\n"
    + TB
    + '  File "/usr/local/bin/torchrun", line 8, in <module>\n    sys.exit(main())\n'
    "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n"
    "============================================================\ntrain.py FAILED\n------------------------------------------------------------\nFailures:\n  <NO_OTHER_FAILURES>\n"
    "------------------------------------------------------------\nRoot Cause (first observed failure):\n[0]:\n  time      : 2026-01-20_10:00:00\n  host      : node1\n  rank      : 1 (local_rank: 1)\n  exitcode  : %d (pid: 102)\n  error_file: <N/A>\n"
    "  traceback : %s\n============================================================\n"
)
NO_FILE = "To enable traceback see: https://pytorch.org/docs/stable/elastic/errors.html"
SIGNAL = "Signal %d (%s) received by PID 102"

DEATHS: list[Entry] = [
    # NCCL and friends
    (
        "nccl watchdog 2.4",
        BAR
        + "\n[rank1]:[E1120 10:10:11.408 ProcessGroupNCCL.cpp:616] [Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=881, OpType=ALLREDUCE, NumelIn=1, NumelOut=1, Timeout(ms)=600000) ran for 600010 milliseconds before timing out.\n"
        "[rank1]:[E1120 10:10:11.409 ProcessGroupNCCL.cpp:1785] [PG ID 0 PG GUID 0(default_pg) Rank 1] Exception (either an error or timeout) detected by watchdog at work: 881, last enqueued NCCL work: 881, last completed NCCL work: 880.\n"
        "[rank1]:[E1120 10:10:11.410 ProcessGroupNCCL.cpp:621] To avoid data inconsistency, we are taking the entire process down.\n"
        "terminate called after throwing an instance of 'c10::DistBackendError'\n  what():  [PG ID 0 PG GUID 0(default_pg) Rank 1] Process group watchdog thread terminated with exception\n",
        [("nccl", True)],
    ),
    (
        "nccl remote error",
        GO
        + TB
        + MAIN
        + "torch.distributed.DistBackendError: NCCL error in: ../torch/csrc/distributed/c10d/ProcessGroupNCCL.cpp:1970, remote process exited or there was a network error, NCCL version 2.20.5\nncclRemoteError: A call failed possibly due to a network error or a remote process exiting prematurely.\n",
        [("nccl", True)],
    ),
    (
        "nccl at the start",
        TB
        + MAIN
        + "torch.distributed.DistBackendError: NCCL error in: ../torch/csrc/distributed/c10d/NCCLUtils.hpp:269, unhandled system error (run with NCCL_DEBUG=INFO for details), NCCL version 2.19.3\nncclSystemError: System call (e.g. socket, malloc) or external library call failed or device error.\nLast error:\nsocketStartConnect: Connect to 10.0.0.1<41000> failed : Software caused connection abort\n",
        [("nccl", True)],
    ),
    (
        "heartbeat",
        GO
        + "[rank0]:[F1120 10:10:11.408 ProcessGroupNCCL.cpp:1306] [PG ID 0 PG GUID 0(default_pg) Rank 0] [PG ID 0 PG GUID 0(default_pg) Rank 0] Terminating the process after attempting to dump debug info, due to ProcessGroupNCCL watchdog hang.\n",
        [("nccl", True)],
    ),
    (
        "store timeout",
        rank(
            0,
            TB
            + MAIN
            + "torch.distributed.DistStoreError: Timed out after 601 seconds waiting for clients. 1/2 clients joined.",
        ),
        [("nccl", True)],
    ),
    (
        "gloo timeout",
        GO
        + TB
        + MAIN
        + "RuntimeError: [../third_party/gloo/gloo/transport/tcp/unbound_buffer.cc:81] Timed out waiting 1800000ms for recv operation to complete\n",
        [("nccl", True)],
    ),
    (
        "address in use",
        TB
        + MAIN
        + "torch.distributed.DistNetworkError: The server socket has failed to listen on any local network address. port: 29500, useIpv6: 0, code: -98, name: EADDRINUSE, message: address already in use\n",
        [("nccl", True)],
    ),
    (
        "mpi abort",
        GO
        + "--------------------------------------------------------------------------\nMPI_ABORT was invoked on rank 3 in communicator MPI_COMM_WORLD\nwith errorcode 1.\n--------------------------------------------------------------------------\n",
        [("other", True)],
    ),
    (
        "mpirun lost a process",
        GO
        + "--------------------------------------------------------------------------\nmpirun noticed that process rank 1 with PID 4120 on node n1 exited on signal 9 (Killed).\n--------------------------------------------------------------------------\n",
        [("killed", True)],
    ),
    (
        "mpi primary job",
        GO
        + "--------------------------------------------------------------------------\nPrimary job  terminated normally, but 1 process returned\na non-zero exit code. Per user-direction, the job has been aborted.\n--------------------------------------------------------------------------\n",
        [("other", True)],
    ),
    # CUDA
    (
        "device-side assert",
        GO
        + "../aten/src/ATen/native/cuda/Loss.cu:250: nll_loss_forward_reduce_cuda_kernel_2d: block: [0,0,0], thread: [1,0,0] Assertion `t >= 0 && t < n_classes` failed.\n"
        * 3
        + TB
        + MAIN
        + "RuntimeError: CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.\nFor debugging consider passing CUDA_LAUNCH_BLOCKING=1\nCompile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.\n",
        [("cuda", True)],
    ),
    (
        "launch failure",
        GO + TB + MAIN + "RuntimeError: CUDA error: unspecified launch failure\n",
        [("cuda", True)],
    ),
    (
        "accelerator error",
        GO + TB + MAIN + "torch.AcceleratorError: CUDA error: uncorrectable ECC error encountered\n",
        [("cuda", True)],
    ),
    (
        "cublas exec",
        GO
        + TB
        + MAIN
        + "RuntimeError: CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx( handle, opa, opb, m, n, k)`\n",
        [("cuda", True)],
    ),
    (
        "cudnn mapping",
        GO + TB + MAIN + "RuntimeError: cuDNN error: CUDNN_STATUS_MAPPING_ERROR\n",
        [("cuda", True)],
    ),
    (
        "driver too old",
        TB
        + MAIN
        + "RuntimeError: The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver\n",
        [("cuda", True)],
    ),
    (
        "no kernel image",
        TB + MAIN + "RuntimeError: CUDA error: no kernel image is available for execution on the device\n",
        [("cuda", True)],
    ),
    (
        "invalid ordinal",
        TB + MAIN + "RuntimeError: CUDA error: invalid device ordinal\n",
        [("cuda", True)],
    ),
    (
        "triton shared memory",
        GO
        + TB
        + MAIN
        + "triton.runtime.errors.OutOfResources: out of resource: shared memory, Required: 147456, Hardware limit: 101376. Reducing block sizes or `num_stages` may help.\n",
        [("cuda", True)],
    ),
    (
        "ptxas",
        GO
        + TB
        + MAIN
        + "torch._inductor.exc.InductorError: RuntimeError: PassManager::run failed: `ptxas` failed with error code 255\n",
        [("cuda", True)],
    ),
    (
        "xid in syslog",
        GO
        + "[12345.678] NVRM: Xid (PCI:0000:3b:00): 79, pid=100, name=python3, GPU has fallen off the bus.\n",
        [("cuda", True)],
    ),
    # memory
    (
        "jax oom",
        GO
        + TB
        + MAIN
        + "jax.errors.JaxRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 17179869184 bytes.\n--------------------\nFor simplicity, JAX has removed its internal frames from the traceback of the following exception.\n",
        [("oom", True)],
    ),
    (
        "tf oom keras",
        GO
        + "2026-01-20 10:00:00.1: W tensorflow/core/common_runtime/bfc_allocator.cc:497] Allocator (GPU_0_bfc) ran out of memory trying to allocate 2.00GiB\n"
        + TB
        + MAIN
        + "tensorflow.python.framework.errors_impl.ResourceExhaustedError: Graph execution error:\n\nDetected at node 'model/conv/Conv2D' defined at (most recent call last):\nOOM when allocating tensor with shape[32,512,128,128] and type float on /job:localhost/replica:0/task:0/device:GPU:0\n",
        [("oom", True)],
    ),
    (
        "mps oom",
        GO
        + TB
        + MAIN
        + "RuntimeError: MPS backend out of memory (MPS allocated: 17.00 GB, other allocations: 1.00 GB, max allowed: 18.13 GB).\n",
        [("oom", True)],
    ),
    (
        "hip oom",
        GO
        + TB
        + MAIN
        + "torch.OutOfMemoryError: HIP out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 15.98 GiB\n",
        [("oom", True)],
    ),
    (
        "paddle oom",
        GO
        + "\n--------------------------------------\nC++ Traceback (most recent call last):\n--------------------------------------\n0   paddle::memory::allocation::AllocatorFacade::Alloc(phi::Place const&, unsigned long)\n1   paddle::memory::allocation::StatAllocator::AllocateImpl(unsigned long)\n\n----------------------\nError Message Summary:\n----------------------\nResourceExhaustedError: \n\nOut of memory error on GPU 0. Cannot allocate 1.500000GB memory on GPU 0, 23.600000GB memory has been allocated and available memory is only 120.000000MB.\n",
        [("oom", True)],
    ),
    (
        "paddle sigterm",
        GO
        + '\n--------------------------------------\nC++ Traceback (most recent call last):\n--------------------------------------\nNo stack trace in paddle, may be caused by external reasons.\n\n----------------------\nError Message Summary:\n----------------------\nFatalError: `Termination signal` is detected by the operating system.\n  [TimeInfo: *** Aborted at 1700000000 (unix time) try "date -d @1700000000" if you are using GNU date ***]\n  [SignalInfo: *** SIGTERM (@0x1) received by PID 100 (TID 0x7f) from PID 1 ***]\n',
        [("killed", True)],
    ),
    (
        "paddle segv",
        GO
        + "\n--------------------------------------\nC++ Traceback (most recent call last):\n--------------------------------------\n0   paddle::operators::reader::BufferedReader::ReadTillBufferFullAsync()\n\n----------------------\nError Message Summary:\n----------------------\nFatalError: `Segmentation fault` is detected by the operating system.\n  [SignalInfo: *** SIGSEGV (@0x0) received by PID 100 ***]\n",
        [("segfault", True)],
    ),
    (
        "c++ bad alloc",
        GO
        + "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\nAborted (core dumped)\n",
        [("oom", True)],
    ),
    (
        "kernel oom killer",
        GO
        + "[123456.789] Out of memory: Killed process 4120 (python3) total-vm:81234567kB, anon-rss:61234567kB, file-rss:0kB, shmem-rss:0kB\n",
        [("oom", True)],
    ),
    (
        "cgroup",
        GO + "Memory cgroup out of memory: Killed process 4120 (python) total-vm:1kB, anon-rss:2kB\n",
        [("oom", True)],
    ),
    (
        "lightgbm oom",
        GO
        + "[LightGBM] [Fatal] [CUDA] out of memory /src/cuda_utils.cu 23\n\n"
        + TB
        + MAIN
        + "lightgbm.basic.LightGBMError: [CUDA] out of memory /src/cuda_utils.cu 23\n",
        [("oom", True)],
    ),
    (
        "xgboost check",
        GO
        + TB
        + MAIN
        + "xgboost.core.XGBoostError: [10:00:00] /workspace/src/objective/regression_obj.cu:119: label must be in [0,1] for logistic regression\nStack trace:\n  [bt] (0) /usr/lib/libxgboost.so(+0x1) [0x7f]\n",
        [("traceback", True)],
    ),
    (
        "catboost error",
        GO
        + TB
        + MAIN
        + "_catboost.CatBoostError: catboost/cuda/cuda_lib/cuda_base.h:281: CUDA error 2: out of memory\n",
        [("oom", True)],
    ),
    ("cannot fork", GO + TB + MAIN + "OSError: [Errno 12] Cannot allocate memory\n", [("oom", True)]),
    # disk
    (
        "quota",
        GO + TB + MAIN + "OSError: [Errno 122] Disk quota exceeded: '/home/u/ckpt/model.bin'\n",
        [("disk", True)],
    ),
    (
        "safetensors disk",
        GO
        + TB
        + MAIN
        + 'safetensors_rust.SafetensorError: Error while serializing: IoError(Os { code: 28, kind: StorageFull, message: "No space left on device" })\n',
        [("disk", True)],
    ),
    (
        "read only",
        GO + TB + MAIN + "OSError: [Errno 30] Read-only file system: '/ckpt/last.pt'\n",
        [("traceback", True)],
    ),
    (
        "hf download disk",
        TB
        + MAIN
        + "RuntimeError: Data processing error: CAS service error : IO Error: No space left on device (os error 28)\n",
        [("disk", True)],
    ),
    # data loader
    (
        "worker killed",
        GO
        + TB
        + MAIN
        + "RuntimeError: DataLoader worker (pid 4120) is killed by signal: Killed. \n\nThe above exception was the direct cause of the following exception:\n\n"
        + TB
        + MAIN
        + "RuntimeError: DataLoader worker (pid(s) 4120) exited unexpectedly\n",
        [("worker", True)],
    ),
    (
        "worker exception",
        GO
        + TB
        + MAIN
        + "FileNotFoundError: Caught FileNotFoundError in DataLoader worker process 0.\nOriginal Traceback (most recent call last):\n"
        '  File "/usr/lib/python3/site-packages/torch/utils/data/_utils/worker.py", line 308, in _worker_loop\n    data = fetcher.fetch(index)\n'
        "FileNotFoundError: [Errno 2] No such file or directory: 'data/img_1.png'\n",
        [("traceback", True)],
    ),
    (
        "shm error",
        GO
        + TB
        + MAIN
        + "RuntimeError: unable to open shared memory object </torch_100_1> in read-write mode: No space left on device (28)\n",
        [("disk", True)],
    ),
    (
        "too many files",
        GO + TB + MAIN + "OSError: [Errno 24] Too many open files: '/data/a.png'\n",
        [("traceback", True)],
    ),
    (
        "broken pool",
        GO
        + TB
        + MAIN
        + "concurrent.futures.process.BrokenProcessPool: A process in the process pool was terminated abruptly while the future was running or pending.\n",
        [("worker", True)],
    ),
    # hub and network
    (
        "hub 401",
        TB
        + MAIN
        + "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://huggingface.co/meta/x/resolve/main/config.json\n\nThe above exception was the direct cause of the following exception:\n\n"
        + TB
        + MAIN
        + "huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-2)\n\nCannot access gated repo for url https://huggingface.co/meta/x/resolve/main/config.json.\nAccess to model meta/x is restricted. You must be authenticated to access it.\n",
        [("traceback", True)],
    ),
    (
        "hub not found",
        TB
        + MAIN
        + "OSError: nobody/nothing is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'\nIf this is a private repository, make sure to pass a token having permission to this repo\n",
        [("traceback", True)],
    ),
    (
        "hub unreachable",
        TB
        + MAIN
        + "OSError: We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the cached files.\nCheck your internet connection or see how to run the library in offline mode.\n",
        [("traceback", True)],
    ),
    (
        "read timeout",
        GO
        + TB
        + MAIN
        + "requests.exceptions.ReadTimeout: (ReadTimeoutError(\"HTTPSConnectionPool(host='cdn-lfs.huggingface.co', port=443): Read timed out. (read timeout=10)\"), '(Request ID: 1)')\n",
        [("traceback", True)],
    ),
    (
        "safetensors header",
        TB
        + MAIN
        + "safetensors_rust.SafetensorError: Error while deserializing header: MetadataIncompleteBuffer\n",
        [("traceback", True)],
    ),
    (
        "state dict",
        TB
        + MAIN
        + "RuntimeError: Error(s) in loading state_dict for Net:\n\tsize mismatch for fc.weight: copying a param with shape torch.Size([10, 512]) from checkpoint, the shape in current model is torch.Size([5, 512]).\n",
        [("traceback", True)],
    ),
    (
        "corrupt checkpoint",
        TB + MAIN + "_pickle.UnpicklingError: invalid load key, '<'.\n",
        [("traceback", True)],
    ),
    (
        "zip archive",
        TB
        + MAIN
        + "RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory\n",
        [("traceback", True)],
    ),
    # starts that fail
    (
        "import relative",
        TB + MAIN + "ImportError: cannot import name 'x' from 'y' (/app/y.py)\n",
        [("import", True)],
    ),
    (
        "flash symbol",
        TB
        + MAIN
        + "ImportError: /usr/lib/flash_attn_2_cuda.so: undefined symbol: _ZN3c104cuda9SetDeviceEi\n",
        [("import", True)],
    ),
    (
        "glibc",
        TB
        + MAIN
        + "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.32' not found (required by /usr/lib/x.so)\n",
        [("import", True)],
    ),
    ("python -m", "/usr/bin/python: No module named trainer\n", [("import", True)]),
    (
        "shared library",
        "./train: error while loading shared libraries: libcudart.so.12: cannot open shared object file: No such file or directory\n",
        [("import", True)],
    ),
    (
        "numpy binary",
        TB
        + MAIN
        + "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header, got 88 from PyObject\n",
        [("traceback", True)],
    ),
    (
        "argparse required",
        "usage: train.py [-h] --data DATA\ntrain.py: error: the following arguments are required: --data\n",
        [("other", True)],
    ),
    (
        "click usage",
        "Usage: train [OPTIONS]\nTry 'train --help' for help.\n\nError: No such option: --lrr Did you mean --lr?\n",
        [("other", True)],
    ),
    (
        "hydra override",
        "Could not override 'optim.lrr'.\nTo append to your config use +optim.lrr=0.1\nKey 'lrr' is not in struct\n    full_key: optim.lrr\n    object_type=dict\n\nSet the environment variable HYDRA_FULL_ERROR=1 for a complete stack trace.\n",
        [("other", True)],
    ),
    (
        "yaml",
        TB
        + MAIN
        + 'yaml.scanner.ScannerError: mapping values are not allowed here\n  in "config.yaml", line 3, column 8\n',
        [("traceback", True)],
    ),
    ("permission", "bash: ./train.sh: Permission denied\n", [("other", True)]),
    ("no such file", "bash: line 1: /venv/bin/python: No such file or directory\n", [("other", True)]),
    (
        "indentation",
        '  File "train.py", line 3\n    x = 1\nIndentationError: unexpected indent\n',
        [("other", True)],
    ),
    (
        "pydantic",
        TB
        + MAIN
        + "pydantic_core._pydantic_core.ValidationError: 1 validation error for Config\nlr\n  Field required [type=missing, input_value={}, input_type=dict]\n",
        [("traceback", True)],
    ),
    # killed
    (
        "keyboard in a bar",
        BAR + "^CTraceback (most recent call last):\n" + MAIN + "KeyboardInterrupt\n",
        [("killed", True)],
    ),
    (
        "slurm cancelled",
        GO + "slurmstepd: error: *** STEP 123.0 ON n1 CANCELLED AT 2026-01-20T10:00:00 ***\n",
        [("killed", True)],
    ),
    (
        "slurm preempted",
        GO + "slurmstepd: error: *** JOB 123 ON n1 CANCELLED AT 2026-01-20T10:00:00 DUE TO PREEMPTION ***\n",
        [("killed", True)],
    ),
    (
        "srun task",
        GO + "srun: error: n1: task 1: Exited with exit code 1\nsrun: Terminating StepId=123.0\n",
        [("other", True)],
    ),
    ("srun oom", GO + "srun: error: n1: task 0: Out Of Memory\n", [("oom", True)]),
    (
        "spot",
        GO
        + "Received termination notice: spot instance will be reclaimed in 120 seconds\n"
        + steps(6, 8)
        + "Terminated\n",
        [("killed", True)],
    ),
    (
        "sigterm handler",
        GO
        + TB
        + MAIN
        + "torch.distributed.elastic.multiprocessing.api.SignalException: Process 100 got signal: 15\n",
        [("killed", True)],
    ),
    (
        "deepspeed launcher",
        GO
        + "[2026-01-20 10:00:00,100] [INFO] [launch.py:316:sigkill_handler] Killing subprocess 101\n[2026-01-20 10:00:00,101] [ERROR] [launch.py:322:sigkill_handler] ['/usr/bin/python', '-u', 'train.py', '--local_rank=0'] exits with return code = -9\n",
        [("killed", True)],
    ),
    (
        "deepspeed launcher after a traceback",
        GO
        + TB
        + MAIN
        + "ValueError: bad batch\n[2026-01-20 10:00:00,100] [INFO] [launch.py:316:sigkill_handler] Killing subprocess 101\n[2026-01-20 10:00:00,101] [ERROR] [launch.py:322:sigkill_handler] ['/usr/bin/python', '-u', 'train.py'] exits with return code = 1\n",
        [("traceback", True)],
    ),
    (
        "accelerate wrapper",
        GO
        + TB
        + MAIN
        + "ValueError: bad batch\n"
        + TB
        + "  File \"/venv/bin/accelerate\", line 8, in <module>\n    sys.exit(main())\n  File \"/venv/accelerate/commands/launch.py\", line 763, in simple_launcher\n    raise subprocess.CalledProcessError(returncode=process.returncode, cmd=cmd)\nsubprocess.CalledProcessError: Command '['/venv/bin/python', 'train.py']' returned non-zero exit status 1.\n",
        [("traceback", True)],
    ),
    (
        "accelerate wrapper alone",
        GO
        + TB
        + "  File \"/venv/bin/accelerate\", line 8, in <module>\n    sys.exit(main())\nsubprocess.CalledProcessError: Command '['/venv/bin/python', 'train.py']' died with <Signals.SIGKILL: 9>.\n",
        [("killed", True)],
    ),
    (
        "elastic exit 1",
        rank(1, TB + MAIN + "ValueError: bad batch") + ELASTIC % (1, 1, NO_FILE),
        [("traceback", True)],
    ),
    ("elastic segv", GO + ELASTIC % (-11, -11, SIGNAL % (11, "SIGSEGV")), [("segfault", True)]),
    ("elastic abrt", GO + ELASTIC % (-6, -6, SIGNAL % (6, "SIGABRT")), [("segfault", True)]),
    (
        "ray worker died",
        GO
        + TB
        + MAIN
        + "ray.exceptions.WorkerCrashedError: The worker died unexpectedly while executing this task. Check python-core-worker-*.log files for more information.\n",
        [("worker", True)],
    ),
    (
        "ray oom",
        GO
        + TB
        + MAIN
        + "ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.\n",
        [("oom", True)],
    ),
    (
        "ray actor",
        GO
        + "(raylet) A worker died or was killed while executing a task by an unexpected system error.\n"
        + TB
        + MAIN
        + "ray.exceptions.ActorDiedError: The actor died unexpectedly before finishing this task.\n\tclass_name: WorkerDict\n\tactor_id: 1\n",
        [("worker", True)],
    ),
    (
        "ray task error",
        "(WorkerDict pid=10) step 1\n"
        + TB
        + MAIN
        + 'ray.exceptions.RayTaskError(OutOfMemoryError): \x1b[36mray::WorkerDict.update()\x1b[39m (pid=10, ip=10.0.0.1)\n  File "/app/w.py", line 3, in update\n    x.backward()\ntorch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n',
        [("oom", True)],
    ),
    # numbers
    (
        "anomaly",
        GO + TB + MAIN + "RuntimeError: Function 'MulBackward0' returned nan values in its 0th output.\n",
        [("nan", True)],
    ),
    (
        "fairseq scale",
        GO
        + TB
        + MAIN
        + "FloatingPointError: Minimum loss scale reached (0.0001). Your loss is probably exploding. Try lowering the learning rate, using gradient clipping or increasing the batch size.\n",
        [("nan", True)],
    ),
    ("keras nan stop", "Epoch 1/3\nBatch 12: Invalid loss, terminating training\n", [("nan", True)]),
    (
        "lightning nan",
        GO + TB + MAIN + "ValueError: The loss returned in `training_step` is nan.\n",
        [("nan", True)],
    ),
    (
        "jax debug nans",
        GO + TB + MAIN + "FloatingPointError: invalid value (nan) encountered in jit(loss)\n",
        [("nan", True)],
    ),
    # languages of their own
    (
        "rust panic",
        "thread 'main' panicked at src/main.rs:10:5:\nindex out of bounds: the len is 3 but the index is 7\n",
        [("other", True)],
    ),
    (
        "julia",
        "ERROR: LoadError: CUDA error: out of memory (code 2, ERROR_OUT_OF_MEMORY)\nStacktrace:\n [1] throw_api_error()\n",
        [("oom", True)],
    ),
    (
        "glog check",
        "F0120 10:00:00.100000 100 math_functions.cu:79] Check failed: error == cudaSuccess (2 vs. 0)  out of memory\n*** Check failure stack trace: ***\n",
        [("oom", True)],
    ),
    (
        "darknet",
        "CUDA Error: out of memory\ndarknet: ./src/cuda.c:36: check_error: Assertion `0' failed.\n",
        [("oom", True)],
    ),
    ("llm.c", GO + "[CUDA ERROR] at file train_gpt2.cu:512:\nout of memory\n", [("oom", True)]),
    (
        "nvcc build",
        TB + MAIN + "RuntimeError: Error building extension 'fused_adam'\n",
        [("traceback", True)],
    ),
    (
        "exception group",
        GO
        + '  + Exception Group Traceback (most recent call last):\n  |   File "/app/train.py", line 3, in <module>\n  |     main()\n  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n    |   File "/app/x.py", line 7, in load\n    | ValueError: bad shard\n    +------------------------------------\n',
        [("traceback", True)],
    ),
    ("logged by excepthook", GO + stamped(TB + MAIN + "ValueError: bad batch"), [("traceback", True)]),
    (
        "absl prefix",
        GO
        + "E0120 10:00:00.1 140 app.py:10] Top-level exception: boom\n"
        + TB
        + MAIN
        + STEP
        + "ValueError: boom\n",
        [("traceback", True)],
    ),
    (
        "timeouts of a wrapper",
        GO + "timeout: sending signal TERM to command 'python'\nTerminated\n",
        [("killed", True)],
    ),
    (
        "docker",
        GO
        + "Error response from daemon: OCI runtime create failed: nvidia-container-cli: initialization error: driver rpc error\n",
        [("cuda", True)],
    ),
    (
        "nvidia-smi",
        "Failed to initialize NVML: Driver/library version mismatch\n"
        + TB
        + MAIN
        + "RuntimeError: No CUDA GPUs are available\n",
        [("cuda", True)],
    ),
    (
        "bnb",
        TB
        + MAIN
        + "RuntimeError: CUDA Setup failed despite GPU being available. Please run the following command to get more information\n",
        [("cuda", True)],
    ),
    (
        "transport",
        GO
        + TB
        + MAIN
        + "torch.distributed.elastic.rendezvous.api.RendezvousConnectionError: The connection to the C10d store has failed. See inner exception for details.\n",
        [("nccl", True)],
    ),
]

HARMLESS: list[Entry] = [
    ("error rate", "step 1/9 loss 0.5 error_rate=0.12 top1_err 0.3 errors: 0\n" * 5, []),
    (
        "zero errors",
        GO + "checked 1000 files: 0 errors, 0 failures\nvalidation finished with 0 errors\n" + steps(6, 9),
        [],
    ),
    (
        "http retry",
        GO
        + "WARNING: HTTP Error 429 thrown while requesting HEAD https://huggingface.co/x\nRetrying in 1s [Retry 1/5].\n"
        + steps(6, 9),
        [],
    ),
    (
        "connection retried",
        GO
        + "urllib3.connectionpool - WARNING - Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError: Failed to establish a new connection: [Errno 111] Connection refused': /api\n"
        + steps(6, 9),
        [],
    ),
    (
        "warned traceback",
        GO
        + "2026-01-20 10:00:00,100 WARNING sample 17 could not be read\n"
        + TB
        + '  File "/app/data.py", line 3, in load\nPIL.UnidentifiedImageError: cannot identify image file\n'
        + steps(6, 9),
        [],
    ),
    (
        "deprecated",
        "/usr/lib/x.py:3: FutureWarning: You are using torch.load with weights_only=False. In a future release this will raise an error.\n  return torch.load(f)\n"
        + GO,
        [],
    ),
    (
        "nan in a metric",
        "step 1/9 loss 0.5 auc nan\nstep 2/9 loss 0.4 auc nan\n{'eval_loss': 0.4, 'eval_f1': nan, 'epoch': 1.0}\n",
        [],
    ),
    (
        "killed in words",
        GO + "the agent killed 3 enemies in this episode\nepisode ended: player was killed\n" + steps(6, 9),
        [],
    ),
    ("nan guard", GO + "nan_guard enabled; detect_anomaly=False; skip_nan_batches: True\n" + steps(6, 9), []),
    (
        "scaler",
        GO
        + "Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 16384.0\n"
        + steps(6, 9),
        [],
    ),
    (
        "nccl settings",
        "NCCL_ASYNC_ERROR_HANDLING=1 is deprecated, use TORCH_NCCL_ASYNC_ERROR_HANDLING\n[W120 10:00:00.1 ProcessGroupNCCL.cpp:1496] Warning: WARNING: destroy_process_group() was not called before program exit\n"
        + GO,
        [],
    ),
    (
        "nccl debug",
        "n1:10:11 [0] NCCL INFO NET/Plugin: Failed to find ncclNetPlugin_v8 symbol.\nn1:10:11 [0] NCCL INFO NET/Socket : Using [0]eth0\n"
        + GO,
        [],
    ),
    (
        "tf noise",
        "2026-01-20 10:00:00.1: E external/local_xla/xla/stream_executor/cuda/cuda_fft.cc:485] Unable to register cuFFT factory: Attempting to register factory for plugin cuFFT when one has already been registered\n2026-01-20 10:00:00.1: W tensorflow/compiler/tf2tensorrt/utils/py_utils.cc:38] TF-TRT Warning: Could not find TensorRT\n"
        + GO,
        [],
    ),
    (
        "jax noise",
        "E0120 10:00:00.1 100 cuda_executor.cc:1228] INTERNAL: CUDA Runtime error: Failed call to cudaGetRuntimeVersion: Error loading CUDA libraries. GPU will not be used.\nWARNING:jax._src.xla_bridge:An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not installed. Falling back to cpu.\n"
        + GO,
        [],
    ),
    (
        "autotune oom",
        GO
        + "W0120 10:00:00.1 100 bfc_allocator.cc:291] Allocator (GPU_0_bfc) ran out of memory trying to allocate 4.00GiB with freed_by_count=0. The caller indicates that this is not a failure, but this may mean that there could be performance gains if more memory were available.\n"
        + steps(6, 9),
        [],
    ),
    (
        "triton autotune",
        GO
        + "AUTOTUNE mm(8192x1024, 1024x1024)\n  triton_mm_1 0.1 ms 100.0%\nSingleProcess AUTOTUNE benchmarking takes 2.0 seconds\nOutOfResources: out of resource: shared memory, Required: 163840; ignoring this choice\n"
        + steps(6, 9),
        [],
    ),
    (
        "batch halved",
        GO
        + "CUDA out of memory with batch size 64, reducing batch size to 32 and trying again\n"
        + steps(6, 9),
        [],
    ),
    (
        "auto batch finder",
        TB
        + MAIN
        + "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\nDecreasing batch size to 16 and retrying\n"
        + GO,
        [],
    ),
    (
        "wandb",
        GO
        + "wandb: Network error (ReadTimeout), entering retry loop.\nwandb: ERROR Error while calling W&B API: internal database error (<Response [500]>)\n"
        + steps(6, 9),
        [],
    ),
    (
        "checkpoint failed once",
        GO
        + "ERROR: failed to save checkpoint (attempt 1 of 3): [Errno 5] Input/output error\nINFO: checkpoint saved on attempt 2\n"
        + steps(6, 9),
        [],
    ),
    (
        "pip",
        "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed. This behaviour is the source of the following dependency conflicts.\ntensorflow 2.12 requires numpy<1.24, but you have numpy 1.26 which is incompatible.\nSuccessfully installed numpy-1.26\n"
        + GO,
        [],
    ),
    ("apt", "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 100 (apt)\n" + GO, []),
    (
        "user warning twice",
        "UserWarning: Error detected in MulBackward0. Traceback of forward call that caused the error is not available.\n"
        + GO,
        [],
    ),
    ("lightning signal", GO + "`Trainer.fit` stopped: `max_steps=5` reached.\n", []),
    (
        "sigterm handled",
        GO
        + "[rank: 0] Received SIGTERM: 15\nSaving checkpoint before exit\nBypassing SIGTERM: training continues\n"
        + steps(6, 9),
        [],
    ),
    (
        "caught in a loop",
        GO
        + "Exception ignored in: <function _ConnectionBase.__del__ at 0x7f>\n"
        + TB
        + '  File "/usr/lib/python3.11/multiprocessing/connection.py", line 132, in __del__\n    self._close()\nOSError: [Errno 9] Bad file descriptor\n'
        + steps(6, 9),
        [],
    ),
    (
        "atexit noise",
        GO
        + "Training finished.\nException ignored in: <module 'threading' from '/usr/lib/python3.11/threading.py'>\n"
        + TB
        + '  File "/usr/lib/python3.11/threading.py", line 1583, in _shutdown\n    lock.acquire()\nKeyboardInterrupt: \n',
        [],
    ),
    (
        "test error column",
        "epoch 1 train_error 0.31 test_error 0.35\nepoch 2 train_error 0.30 test_error 0.34\n",
        [],
    ),
    ("fatal in a config", "on_error: fatal\nfatal_errors: []\nkill_on_bad_exit: true\n" + GO, []),
    (
        "sample texts",
        GO
        + "sample: the process was killed by signal 9 and the error: out of memory was printed\n"
        + steps(6, 9),
        [],
    ),
    ("slurm requeue", GO + "slurmstepd: info: job will be requeued if preempted\n" + steps(6, 9), []),
    ("max restarts", "max_restarts: 3\nerror_file: /tmp/e.json\nmonitor_interval: 0.1\n" + GO, []),
    (
        "gloo info",
        "[Gloo] Rank 0 is connected to 1 peer ranks. Expected number of connected peer ranks is : 1\n" + GO,
        [],
    ),
    (
        "mlflow",
        GO
        + "2026/01/20 10:00:00 WARNING mlflow.utils: Failed to log system metrics: NVML Shared Library Not Found\n"
        + steps(6, 9),
        [],
    ),
    (
        "skipped samples",
        GO + "Error reading shard 17, skipping\nERROR:dataset:corrupt record at 881, skipped\n" + steps(6, 9),
        [],
    ),
    ("inf in a norm", "step 1/9 loss 0.5 grad_norm inf\nstep 2/9 loss 0.5 grad_norm 1.2\n", []),
    ("bleu of nothing", "| valid | loss 3.1 | ppl nan | bleu 0.0\n" + GO, []),
    (
        "evaluator warning",
        GO
        + "UndefinedMetricWarning: Precision is ill-defined and being set to 0.0 in labels with no predicted samples.\n"
        + steps(6, 9),
        [],
    ),
]

FAILURES: list[Entry] = [*DEATHS, *HARMLESS]
