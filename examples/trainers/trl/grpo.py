"""
GRPO on a CPU in a minute: a model of a few thousand weights, made here, learns sums of one digit; rewards and advantages are guerdon's.

    pip install guerdon trl torch
    python grpo.py

In a trainer of your own the two lines marked below are all that changes.
"""

import argparse
import tempfile

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
from trl import GRPOConfig, GRPOTrainer

from guerdon.trl import reward, with_advantages


def tokenizer() -> PreTrainedTokenizerFast:
    """A character a token."""
    words = ["<pad>", "<eos>", "<unk>", *"0123456789+="]
    bare = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    bare.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=bare, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>", padding_side="left")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=20)
    steps = parser.parse_args().steps
    torch.manual_seed(0)
    tokens = tokenizer()
    model = Qwen2ForCausalLM(Qwen2Config(vocab_size=len(tokens), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, pad_token_id=0, eos_token_id=1, bos_token_id=None))
    data = Dataset.from_list([{"prompt": f"{a}+{b}=", "answer": str(a + b)} for a in range(3) for b in range(3)])
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=False, per_device_train_batch_size=144, num_generations=16, max_completion_length=1,
            max_steps=steps, learning_rate=1e-2, lr_scheduler_type="constant", beta=0.0, logging_steps=1, save_strategy="no", report_to=[],
        )
        trainer = with_advantages(GRPOTrainer, "credit/leave-one-out")(  # instead of GRPOTrainer(
            model=model,
            processing_class=tokens,
            reward_funcs=reward(),  # instead of a function of your own; reward("rewards.yaml") for a spec
            args=config,
            train_dataset=data,
        )
        trainer.train()
    for step in trainer.state.log_history:
        if "reward" in step:
            print(f"step {step['step']}: reward {step['reward']:.3f}, not scored {step['guerdon/not_scored']:.2f}")


if __name__ == "__main__":
    main()
