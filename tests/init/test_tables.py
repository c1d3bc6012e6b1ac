"""Tables: their steps, runs, items and directions, and what is refused."""

import gzip

import pytest

from diagramgen.errors import UsageError
from diagramgen.init import write_suite
from diagramgen.init.tables.runs import taken


@pytest.fixture
def read(tmp_path):
    """Write a table; what `init` reads in it: run -> metric -> item -> step -> value."""

    def call(text, name="t.csv"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        found = taken(tmp_path, [name])
        assert found.left == {}
        values = {}
        for run in found.runs:
            for channel in run.channels:
                [readings] = channel.readings.values()
                of = values.setdefault(run.member, {}).setdefault(channel.name, {})
                for each in readings:
                    of.setdefault(each.item, {})[each.step] = each.value
        return values

    return call


@pytest.fixture
def layout(tmp_path):
    """Write a table; how each of its metrics is read, what is told, and the source's keys."""

    def call(text, name="t.csv"):
        (tmp_path / name).write_text(text)
        found = taken(tmp_path, [name])
        assert found.left == {}
        run = found.runs[0]
        reads = {c.name: (dict(c.read), c.without) for c in run.channels}
        return reads, run.notes, run.runs, dict(run.keys)

    return call


@pytest.fixture
def refused(tmp_path):
    """Write a table; why `init` does not take it."""

    def call(text, name="t.csv"):
        (tmp_path / name).write_text(text)
        found = taken(tmp_path, [name])
        assert found.runs == []
        return found.left[name]

    return call


# Steps.


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("tokens,Step,iter", "Step"),
        ("epoch,trainer/global_step,_step", "trainer/global_step"),
        ("seed,iteration,epoch", "iteration"),
        ("epoch,train/step,time", "train/step"),
        ("Training Step,lr,epoch", "Training Step"),
        ("lr,ckpt,epoch", "ckpt"),
    ],
)
def test_the_column_of_steps(layout, header, column):
    reads, _, _, keys = layout(f"{header},val_loss\n1,1,1,3\n2,2,2,2\n")
    assert reads["val_loss"][0]["step"] == column
    assert keys == {}


def test_tokens_are_steps_where_nothing_else_is(layout):
    reads, _, _, keys = layout("throughput/total_tokens,val_loss\n4e9,3\n8e9,2\n")
    assert reads["val_loss"][0]["step"] == "throughput/total_tokens"
    assert keys == {"unit": "tokens"}


def test_tokens_of_a_model_are_no_steps(layout):
    reads, _, runs, keys = layout("model,tokens,MMLU,ARC\na,1000,0.5,0.25\nb,2000,0.75,0.5\n")
    assert reads == {"score": ({"reader": "csv", "columns": ("MMLU", "ARC")}, ())}
    assert (runs, keys) == ({"column": "model"}, {})


def test_epochs_are_steps_at_last(read):
    assert read("epoch,val_loss\n1,3\n2,2\n") == {None: {"val_loss": {"val_loss": {1: 3, 2: 2}}}}


def test_restarts_keep_the_last_of_a_step(read):
    found = read("step,val_loss\n1,3\n2,2\n2,1.5\n3,1\n")
    assert found == {None: {"val_loss": {"val_loss": {1: 3, 2: 1.5, 3: 1}}}}


# Runs.


def test_a_leaderboard_has_a_run_in_each_row(read):
    text = "Model,Average,ARC,MMLU,#Params (B)\nllama,60,50,70,7\nqwen,65,60,70,8\n"
    assert read(text) == {
        "llama": {"score": {"ARC": {None: 50}, "MMLU": {None: 70}}},
        "qwen": {"score": {"ARC": {None: 60}, "MMLU": {None: 70}}},
    }


def test_an_average_that_is_another_is_told(layout):
    _, notes, _, _ = layout("model,ARC,MMLU,Average\na,50,70,60.0\nb,60,70,63.2\n")
    assert notes == (
        "'Average' of the file is not the mean of its 2 items: 63.2 against 65 in row 2",
    )
    _, notes, _, _ = layout("model,ARC,MMLU,Average\na,50,71,60.5\nb,60.11,70.22,65.2\n")
    assert notes == ()


def test_runs_in_a_column_beside_steps(read):
    text = "step,runname,mmlu_acc,arc_acc,avg_acc\n1,a,0.25,0.5,0.375\n1,b,0.5,0.75,0.625\n"
    assert read(text + "2,a,0.5,0.5,0.5\n2,b,0.5,1,0.75\n") == {
        "a": {" _acc": {"mmlu": {1: 0.25, 2: 0.5}, "arc": {1: 0.5, 2: 0.5}}},
        "b": {" _acc": {"mmlu": {1: 0.5, 2: 0.5}, "arc": {1: 0.75, 2: 1}}},
    }


def test_a_column_that_names_checkpoints_is_no_run(read):
    text = "step,model,val_loss\n1,m-step1,3\n2,m-step2,2\n"
    assert read(text) == {None: {"val_loss": {"val_loss": {1: 3, 2: 2}}}}


def test_a_first_column_without_a_name(read):
    assert read(",mmlu,arc\nllama,0.5,0.25\ngpt,0.75,0.5\n") == {
        "llama": {"score": {"mmlu": {None: 0.5}, "arc": {None: 0.25}}},
        "gpt": {"score": {"mmlu": {None: 0.75}, "arc": {None: 0.5}}},
    }


def test_an_export_of_weights_and_biases(read):
    header = '"Step","a - train/loss","a - train/loss__MIN","a - train/loss__MAX","b - train/loss"'
    found = read(f"{header}\n1,3,2.5,3.5,4\n2,2,1.5,2.5,\n")
    assert found["a"] == {"train_loss": {"train/loss": {1: 3, 2: 2}}}
    assert found["b"]["train_loss"]["train/loss"][1] == 4


def test_an_export_with_items(layout):
    header = "Step,a - eval/x/acc,a - eval/y/acc,b - eval/x/acc,b - eval/y/acc"
    reads, _, runs, _ = layout(f"{header}\n1,0.1,0.2,0.3,0.4\n")
    read = {"reader": "csv", "step": "Step", "columns": ("{run} - eval/{item}/acc",)}
    assert reads == {"eval/ /acc": (read, ())}
    assert runs == {"columns": ("*",)}


def test_models_as_columns(read):
    text = "dataset,version,metric,mode,llama-2-7b,qwen-7b\n----- Exam -----,-,-,-,-,-\n"
    text += (
        "mmlu,1a,accuracy,gen,46.5,58\nceval,2b,accuracy,gen,27,-\nsummary,3c,rouge1,gen,20,30\n"
    )
    found = read(text)
    assert found["llama-2-7b"] == {
        "accuracy": {"mmlu": {None: 46.5}, "ceval": {None: 27}},
        "rouge1": {"summary": {None: 20}},
    }
    assert found["qwen-7b"]["rouge1"] == {"summary": {None: 30}}


# Items and metrics.


def test_a_long_table_with_a_column_of_metrics(layout, read):
    text = "model,task,metric,value,stderr\na,piqa,acc,0.5,0.1\na,boolq,acc,0.75,0.1\n"
    text += "b,piqa,acc,0.25,0.1\nb,boolq,acc,0.5,0.1\na,wiki,ppl,12,1\nb,wiki,ppl,11,1\n"
    reads, _, _, _ = layout(text)
    own = {"reader": "csv", "item": "task", "value": "value", "stderr": "stderr"}
    assert reads == {
        "acc": ({**own, "where": {"metric": "acc"}}, ()),
        "ppl": ({**own, "where": {"metric": "ppl"}}, ()),
    }
    assert read(text)["b"] == {
        "acc": {"piqa": {None: 0.25}, "boolq": {None: 0.5}}, "ppl": {"wiki": {None: 11}},
    }  # fmt: skip


def test_averages_among_the_rows_are_no_items(layout, read):
    text = "Task , Accuracy , Centered \narc  , 0.5 , 0.25\npiqa , 0.75, 0.5 \nCORE ,  , 0.375\n"
    reads, notes, _, _ = layout(text)
    assert reads["Centered"] == ({"reader": "csv", "item": "Task", "value": "Centered"}, ("CORE",))
    assert notes == ()
    assert read(text) == {
        None: {
            "Accuracy": {"arc": {None: 0.5}, "piqa": {None: 0.75}},
            "Centered": {"arc": {None: 0.25}, "piqa": {None: 0.5}},
        }
    }


def test_what_tells_of_the_training_is_no_metric(read):
    text = "step,epoch,lr,grad_norm,loss,eval_loss,eval_acc,eval_runtime,seed,Unnamed: 0\n"
    found = read(text + "1,0.1,1e-4,2.0,3,3.5,0.25,9,1,0\n2,0.2,1e-4,1.0,2,2.5,0.5,9,1,1\n")
    assert found == {
        None: {
            "train_loss": {"loss": {1: 3, 2: 2}},
            "eval_loss": {"eval_loss": {1: 3.5, 2: 2.5}},
            "eval_acc": {"eval_acc": {1: 0.25, 2: 0.5}},
        }
    }


def test_columns_of_other_directions_are_other_metrics(write, drawn):
    text = drawn(write(**{"t.csv": "step,a_acc,b_acc,a_wer,b_wer\n1,.1,.2,9,8\n2,.2,.3,8,7\n"}))
    for better, form, column in (("higher", ".1%", "{item}_acc"), ("lower", ".3g", "{item}_wer")):
        read = f'read: {{reader: csv, step: step, columns: ["{column}"]}}'
        assert f"    better: {better}\n    format: {form}\n    {read}\n" in text


def test_a_direction_that_nobody_knows_is_asked(write, tmp_path):
    folder = write(**{"t.csv": "step,sparkle\n1,5\n2,7\n"})
    said = []
    text = write_suite([folder], into=tmp_path, tell=said.append)
    assert "    # check the direction: is higher better? 'sparkle' is not known here\n" in text
    assert "    better: higher?\n" in text
    assert "warning: check the direction: is higher better? 'sparkle' is not known here" in said


def test_percentages_stay_what_they_are(write, drawn):
    text = drawn(write(**{"t.csv": "model,mmlu_acc,arc_acc\na,77.2,50\nb,60,40.5\n"}))
    assert "    format: .3g\n" in text


def test_a_log_with_benchmarks_below_a_folder(layout):
    text = '{"_step": 1, "train/loss": 3}\n'
    text += '{"_step": 2, "train/loss": 2, "eval/mmlu": 0.5, "eval/arc": 0.25, "eval/average": 0.5}'
    reads, notes, _, _ = layout(text, "h.jsonl")
    base = {"reader": "jsonl", "step": "_step"}
    assert reads == {
        "train_loss": ({**base, "columns": ("train/loss",)}, ()),
        "eval/ ": ({**base, "columns": ("eval/{item}",)}, ("average",)),
    }
    said = "'eval/average' of the file is not the mean of its 2 items: 0.5 against 0.375 in row 2"
    assert notes == (said,)


def test_nested_json_lines(layout, read):
    line = '{"created_at": "x", "global_step": %d, "piqa": {"alias": "piqa", "acc,none": %s, '
    line += '"acc_stderr,none": 0.1}, "copa": {"alias": "copa", "acc,none": 0.5}}\n'
    text = line % (100, 0.25) + line % (200, 0.75)
    reads, _, _, _ = layout(text, "metrics.eval.jsonl")
    own = {"columns": ("{item}.acc,none",), "stderr": "{item}.acc_stderr,none"}
    assert reads == {" .acc,none": ({"reader": "jsonl", "step": "global_step", **own}, ())}
    values = {"piqa": {100: 0.25, 200: 0.75}, "copa": {100: 0.5, 200: 0.5}}
    assert read(text, "metrics.eval.jsonl") == {None: {" .acc,none": values}}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.tsv", b"step\tacc\n1\t0.5\n2\tN/A\n"),
        ("t.csv", b"\xef\xbb\xbfstep;acc\r\n1;0.5\r\n2;\r\n\r\n"),
        ("t.csv.gz", gzip.compress(b"step , acc \n1 , 0.5\n2 , -\n", mtime=0)),
    ],
)
def test_other_ways_to_write_a_table(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    [run] = taken(tmp_path, [name]).runs
    [readings] = run.channels[0].readings.values()
    assert (readings[0].step, readings[0].value) == (1, 0.5)


def test_a_download_from_tensorboard(read):
    found = read("Wall time,Step,Value\n1.5,100,3.5\n2.5,200,3\n", "run-a-tag-eval_loss.csv")
    assert found == {None: {"eval_loss": {"eval_loss": {100: 3.5, 200: 3}}}}


def test_errors_of_measurement_belong_to_a_value(layout):
    header = "model,win_rate,standard_error,n_total,discrete_win_rate,avg_length,95_pct_ci"
    reads, notes, runs, _ = layout(
        f"{header}\na,50,0,805,50.5,2049,+3/-3\nb,13,1.2,805,12.5,17,+4/-3\n"
    )
    assert reads == {
        "win_rate": (
            {"reader": "csv", "columns": ("win_rate",), "stderr": "standard_error"}, ()
        ),
        "discrete_win_rate": ({"reader": "csv", "columns": ("discrete_win_rate",)}, ()),
    }  # fmt: skip
    assert (notes, runs) == ((), {"column": "model"})


def test_what_tells_of_a_model_is_no_result(layout):
    header = "rank,model,arena_score,votes,Hub likes,stars,licence,organization,run_id,progress"
    reads, notes, _, _ = layout(f"{header}\n1,a,1287,9,8,7,x,y,3,10\n2,b,1271,8,7,6,x,y,4,20\n")
    assert reads == {"arena_score": ({"reader": "csv", "columns": ("arena_score",)}, ())}
    assert notes == ()


def test_a_column_of_which_no_cell_is_a_number_is_told(layout):
    _, notes, _, _ = layout(
        'model,mmlu,arc,copa\na,0.5,"45,2",0.5 ± 0.1\nb,0.25,"46,1",0.6 ± 0.1\n'
    )
    assert notes == (
        "column 'arc' left out: '45,2' in row 1 is no number",
        "column 'copa' left out: '0.5 ± 0.1' in row 1 is no number",
    )


def test_a_name_is_a_likelier_run_than_its_id(layout):
    _, _, runs, _ = layout("Run ID,Name,Batch,accuracy\na1,x,32,0.5\nb2,y,32,0.25\n")
    assert runs == {"column": "Name"}


def test_labels_are_words(write, drawn):
    line = '{"step": %d, "piqa": {"acc,none": 0.5, "acc_norm,none": 0.25}, '
    line += '"copa": {"acc,none": 0.5, "acc_norm,none": 0.25}}\n'
    text = drawn(write(**{"t.jsonl": line % 1 + line % 2}))
    labels = [each.partition("label: ")[2] for each in text.splitlines() if "label: " in each]
    assert labels == ["Accuracy", "Norm accuracy"]


# What is refused, in one line.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("step,loss\n1,3\n,2\n", "column 'step' has no step in row 2"),
        (
            "mmlu,arc\n0.1,0.2\n0.2,0.3\n",
            (
                "it has 2 rows, and no column of steps or models ('mmlu', 'arc'); name the one "
                "that tells them apart step or model"
            ),
        ),
        (
            "step,task,split,acc\n1,a,dev,0.5\n1,a,test,0.75\n",
            (
                "rows 1 and 2 have the same 'task' and 'step' and differ in 'split' (dev, test); "
                "write one table for each, or one of their means"
            ),
        ),
        (
            "steps;wiki;code\n1000;25,5;10,1\n2000;20,1;9,0\n",
            "column 'wiki' has '25,5' in row 1; write 25.5",
        ),
        (
            "model,mmlu\na,0.5 ± 0.1\nb,0.6 ± 0.1\n",
            "column 'mmlu' has '0.5 ± 0.1' in row 1; write plain numbers",
        ),
        (
            "task,metric,value\npiqa,acc,0.5\n,acc_norm,0.75\n",
            "column 'task' is empty in row 2; write the task in each row",
        ),
        (
            "model,question_id,score\na,1,9\na,2,8\nb,1,7\n",
            (
                "rows 1 and 2 have the same 'model': 'question_id' tells single examples apart; "
                "write their means"
            ),
        ),
        ("step,lr\n1,0.1\n2,0.1\n", "no column has results; there is 'step', 'lr'"),
        ("step,loss\n", "the table has no rows"),
        (
            "Relative Time,a - eval/loss,b - eval/loss\n1,3,4\n2,2,3\n",
            (
                "an export with columns such as 'a - eval/loss', but without a column of steps; "
                "export it again with Step as the x axis"
            ),
        ),
    ],
)
def test_refusals(refused, text, said):
    assert refused(text) == said


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("model,seed,mmlu\na,1,0.2\na,2,0.3\nb,1,0.5\n", ["model", "seed"]),
        ("seed,mmlu\n1,0.2\n2,0.3\n", "seed"),
        (
            (
                "params,data,task,step,seed,compute,acc\n"
                "60M,c4,qa,100,0,1e18,0.5\n60M,c4,qa,200,0,2e18,0.25\n60M,dolma,qa,100,0,1e18,0.75\n"
                "1B,c4,qa,100,0,9e18,0.125\n"
            ),
            ["params", "data"],
        ),
    ],
)
def test_as_many_columns_as_are_needed_name_a_run(layout, text, column):
    reads, _, runs, _ = layout(text)
    assert len(reads) == 1
    assert runs == {"column": column}


def test_shares_with_a_sign_and_steps_in_names_are_read(write, drawn):
    text = drawn(write(**{"t.csv": "checkpoint,mmlu,arc\nstep1000,45.2%,50%\nstep2000,60%,70%\n"}))
    assert "    format: .1%\n" in text
    assert "read: {reader: csv, step: checkpoint, columns: [mmlu, arc]}" in text


def test_a_refusal_names_the_file(write, tmp_path):
    folder = write(**{"t.csv": "mmlu\n1\n2\n"})
    with pytest.raises(UsageError) as caught:
        write_suite([folder], into=tmp_path)
    assert str(caught.value).startswith(f"{folder}: t.csv: it has 2 rows, and no column of steps")
