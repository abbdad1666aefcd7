"""What the names in logs mean: tables, in the languages that training logs are written in."""

import re
from typing import Literal

Role = Literal[
    "global", "step", "iter", "episode", "inner", "epoch", "samples", "loss", "grad_norm", "nan_count",
    "seconds", "speed", "of",
    "elapsed", "clock", "interval", "eta", "total", "soft_total", "soft_epochs", "ignore",
]  # fmt: skip

_NAMES: dict[Role, str] = {
    "global": """global_step global_steps globalstep num_updates optimizer_step opt_step optim_step
        current_steps total_timesteps num_timesteps env_step env_steps trainer/global_step
        training/global_step train/global_step _step timesteps_total num_env_steps_sampled
        total_num_frames num_frames env_frames total_env_steps total_env_frames""",
    "step": """step steps train_step training_step completed_step update updates num_update up schritt étape
        etape paso passo pas шаг шага krok 步 步数 步數 第 训练步数 当前步数 迭代 迭代次数 ステップ 스텝 단계
        round boosting_round timestep timesteps train_steps steps_done stp adim stap stapp bước крок
        الخطوة خطوة चरण
        schritte pasos étapes etapes passi completed_steps steps_completed current_step cur_step""",
    "iter": "iter iters tree iteration iterations itr it itération iteración итерация イテレーション 반복 i",
    "episode": "episode episodes trial trials generation gen game tick ticks",
    "of": "of out_of",
    "inner": """batch batches minibatch mini_batch batch_idx step_in_epoch lote lot 批次 批 バッチ 배치 лот
        пакет bat""",
    "epoch": """epoch ep epochs train_epoch training_epoch epoche época epoca époque эпоха эпохи エポック 에폭
        에포크 轮 轮次 輪 epoch_num training/epoch train/epoch cur_epoch epo""",
    "loss": """loss train_loss training_loss lm_loss total_loss avg_loss average_loss avr_loss tr_loss cost l
        perte verlust learn pérdida perdida perda 损失 損失 손실 потери потеря loss/train/total train/loss
        loss/train reduced_train_loss actor/pg_loss policy_loss objective nll xent train_total_loss
        avg.loss avg_loss_train cross_entropy train_cross_entropy loss_train train_loss_step running_loss
        losses/loss train/total_loss mean_loss loss_train_total ошибка kayip verlies strata ztráta
        الخسارة خسارة हानि perdita förlust mất_mát втрати kerugian mean_batch_cost""",
    "grad_norm": "grad_norm gradnorm gnorm norm grad grad_norm_total train/grad_norm gradient_norm",
    "nan_count": "number_of_nan_iterations",
    "seconds": """iter_time step_time time_per_step time_per_iter time_per_iteration sec_per_step batch_time
        step_avg elapsed_time_per_iteration train_step_timing train_step_timing_in_s
        timing_s/step seconds dt batch_cost per_step_time s/it s/iter s/step time/iter time/step
        time/batch sec/step sec/iter sec/batch ms/step ms/iter ms/batch s/batch ms_per_step
        step_ms iter_ms iteration_time seconds_per_step sec_per_iter seconds_per_iter
        step_duration generation_time iteration_time_s time_per_batch perf/time_per_step avg_step_time
        step_time_s time_step sec_it avg_time_per_step 每步耗时 耗时""",
    "speed": """it/sec its/sec iters/sec iterations/sec updates/sec batches/sec
        it/s its/s steps/s step/s steps/sec step/sec steps_per_sec steps_per_second ups iter/s
        iters/s iter/sec global_step/sec its_per_sec it_per_s iter_per_sec iters_per_s
        it_per_sec batch_per_sec batches_per_s step_per_sec steps_per_s iterations_per_second
        updates_per_second iters_per_sec sps batches_per_second batches_per_sec train/steps_per_second""",
    "elapsed": """elapsed elap elapsed_s elapsed_time time_elapsed total_time uptime wall wall_time runtime
        time/elapsed time_total_s wallclock walltime train_wall elapsed_seconds elapsed_sec time_since_start
        timestamp ts _timestamp 已用时间 已用时""",
    "clock": "time train_time time_s time_sec zeit temps tiempo время 时间",
    "interval": "t time_lapse took duration dur secs sec 用时 in",
    "eta": """eta remaining remaining_time time_left left eta_s eta_seconds time_remaining est_remaining
        estimated_time_left 剩余时间 剩余 预计剩余时间 預計剩餘時間 残り rest""",
    "total": """total_optimization_steps total_steps total_train_steps total_training_steps
        total_train_steps_per_run train_steps_total 总步数 總步數 学習ステップ数""",
    "soft_total": """max_steps max_iters num_train_steps train_iters num_steps max_train_steps num_iterations
        max_iterations max_iter total_iters n_iters total_iterations num_iters max_training_steps steps_total
        training_steps num_training_steps max_updates""",
    "soft_epochs": "num_epochs max_epochs n_epochs total_epochs num_train_epochs epochs_total",
    "ignore": """loss_scale lr learning_rate skipped_iterations number_of_skipped_iterations micro_step
        skipped warmup_steps best last_time data_time last_data_time seed v_num batch_size
        global_batch_size num_tokens consumed_samples consumed_train_samples iter_num_eval""",
}
ROLES: dict[str, Role] = {name: role for role, names in _NAMES.items() for name in names.split()}

# A name with one of these words counts something else than the run's progress.
_NOT_A_COUNTER = re.compile(
    r"(?:^|[_/])(?:number|num|skipped|nan|max|min|warmup|warm|every|accumulation|accum|per|size|interval|decay"
    r"|log|logging|save|eval|best|patience|total|parameters|workers|examples|from|until|restart|freq"
    r"|fps|sps|rate|speed|throughput)(?:$|[_/])"
)
_COUNTERS = ("global", "step", "iter", "episode", "inner", "epoch")

EVAL_NAME = re.compile(
    r"^(?:val|valid|validation|eval|evaluation|test|dev|heldout|holdout|val-core|valid_\d+)(?:$|[_/\- .@'])"
    r"|^(?:final|last|best|avg|average|mean)_(?:val|valid|validation|eval|test|dev)_"
    r"|[_/](?:val|valid|eval|test|dev)$|^v_loss$|^(?:валид|验证|検証|검증)"
)
TRAIN_NAME = re.compile(r"^(?:train|training|tr|learn)(?:$|[_/\- .@'])|[_/]train$")
_LOSSY = re.compile(
    r"loss$|^loss|^l_\w+$|logloss|損失|损失|손실|_nll$|^nll|cross_?entropy|^rmse$|^cost$"
    r"|^train(?:ing)?(?:'s)?_(?:rmse|mae|mse|l1|l2|m?error|mape|rmsle|deviance)$"
)
# What an evaluation prints besides its metrics.
BOOKKEEPING = re.compile(
    r"runtime|per_second|samples_per|steps_per|^(?:lr|learning_rate|epoch|ep|data|data_time|time|eta|step|iter"
    r"|iteration|global_step|max_mem|mem|memory|tokens|num_tokens|elapsed\w*|uptime|duration|speed|num_samples"
    r"|\w*preparation_time|\w*compilation_time|steps?_done|failure_cases|best\w*|n|total|batch|seed|examples"
    r"|num_examples|patience)$|_time$|^(?:best|early|patience|max mem)"
)

# What plans an evaluation, and is none: `eval_interval: 100`, `val_split=0.1`.
SETTING = re.compile(
    r"interval|every|freq|(?:^|_)(?:steps?|iters?|iterations|batch|batches|size|split|frac|fraction|ratio|num|workers|samples|images"
    r"|examples|path|dir|seed|patience|max|min|prompts|delay|limit|items|tokens|shots?|epochs?|start|strategy|accumulation)(?:$|_)"
)

PER_STEP_UNITS = {
    "s/it": 1.0, "s/step": 1.0, "s/iter": 1.0, "s/ba": 1.0, "s/batch": 1.0, "sec/step": 1.0, "sec/it": 1.0,
    "sec/iter": 1.0, "sec/batch": 1.0, "s/steps": 1.0, "secs/step": 1.0, "ms/step": 1e-3, "ms/it": 1e-3,
    "ms/iter": 1e-3, "ms/batch": 1e-3, "us/step": 1e-6, "µs/step": 1e-6, "s / it": 1.0, "s/update": 1.0,
    "seconds/step": 1.0, "seconds/iter": 1.0,
}  # fmt: skip
SPEED_UNITS = frozenset(
    [
        "it/s",
        "its/s",
        "iter/s",
        "iters/s",
        "step/s",
        "steps/s",
        "steps/sec",
        "step/sec",
        "it/sec",
        "its/sec",
        "ba/s",
        "batch/s",
        "batches/s",
        "batches/sec",
        "update/s",
        "updates/s",
        "iter/sec",
        "iters/sec",
        "iterations/s",
        "iterations/sec",
        "iteration/s",
        "steps/second",
        "iters/second",
        "step/second",
        "batch/sec",
        "update/sec",
        "updates/sec",
    ]
)
MINUTE_UNITS = ("it/min", "its/min", "iter/min", "iters/min", "step/min", "steps/min", "batches/min")
TIME_UNITS = {
    "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "s": 1.0, "sec": 1.0, "secs": 1.0, "seconds": 1.0,
    "m": 60.0, "min": 60.0, "mins": 60.0, "minutes": 60.0, "h": 3600.0, "hours": 3600.0,
}  # fmt: skip
EPOCH_UNITS = frozenset(("epoch", "epochs", "轮", "輪", "エポック", "에폭", "ep"))
STEP_UNITS = frozenset(("步", "步骤", "steps", "step", "ステップ", "iterations", "iters"))


_UNIT_AT_END = re.compile(r"_(?:in_)?(?:ms|s|sec|secs|seconds|msec|millis|milliseconds)$")


def role_of(key: str) -> Role | None:
    """What a name (as `tokens.normal` writes it) stands for. None: some other figure."""
    if not key:
        return None
    exact = ROLES.get(key)
    if exact is not None:
        return exact
    bare = _UNIT_AT_END.sub("", key)
    if bare != key and bare and ROLES.get(bare) in ("seconds", "elapsed", "eta", "clock"):
        return ROLES[bare]
    words = key.split("_")
    for count in (3, 2, 1):
        if len(words) > count:
            role = ROLES.get("_".join(words[-count:]))
            if role is not None:
                return _checked(role, key)
    if "/" in key:
        return _by_path(key)
    return "loss" if _LOSSY.search(key) and not EVAL_NAME.search(key) else None


def _checked(role: Role, key: str) -> Role | None:
    """`number of nan iterations` counts no iterations of the run; `val loss` is no training loss."""
    if role in _COUNTERS and _NOT_A_COUNTER.search(key):
        return None
    if role == "loss" and EVAL_NAME.search(key):
        return None
    return role if role not in ("clock", "speed") or not EVAL_NAME.search(key) else None


def _by_path(key: str) -> Role | None:
    head, _, last = key.rpartition("/")
    role = ROLES.get(last) or ROLES.get(_UNIT_AT_END.sub("", last))
    if last in ("s", "sec", "secs", "second"):
        return None  # a rate of something: samples/sec
    if role is None and last.endswith("loss") and re.match(r"train(?:ing)?$", head):
        return "loss"
    if role in ("step", "iter") and re.search(r"tim(?:e|ing)", head):
        return "seconds"
    if role in _COUNTERS and not re.search(r"^(?:train|training|trainer|global|time|progress)", head):
        return None
    return _checked(role, key) if role else None


def is_eval(key: str) -> bool:
    """Whether the name speaks of an evaluation."""
    return EVAL_NAME.search(key) is not None


# Of several losses in a line, the one to follow.
_LOSS_ORDER = (
    re.compile(r"(?:^|[_/])total_loss$|^loss/train/total$"),
    re.compile(r"^loss$|^train/loss$|^l$"),
    re.compile(
        r"^(?:train|training|lm|avr|avg|average|reduced_train|tr|running)_loss$|^loss_train$|^train_loss_step$"
    ),
)


def loss_order(key: str) -> int:
    """Smaller is better."""
    return next((rank for rank, pattern in enumerate(_LOSS_ORDER) if pattern.search(key)), len(_LOSS_ORDER))
