//! Rhai set up for declaring: named packages only, tight limits, and every call of the language registered
//! once per number of arguments. No native function calls back into the script, so the operation budget holds.

use std::any::TypeId;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rhai::packages::{ArithmeticPackage, BasicIteratorPackage, BasicStringPackage, LogicPackage, Package};
use rhai::{
    Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString, Locked, NativeCallContext,
    OptimizationLevel, Shared, locked_write,
};

use super::calls;
use super::draft::Declared;
use super::value::{
    Arg, OWN_VALUE, Operation, Value, arg, calculate, compared, decimal_text, quantity, weight,
};
use crate::codes;
use crate::finding::Mark;
use crate::syntax::place;
use crate::words::{CALLABLES, UNITS};

/// The drafts, shared with the native functions.
pub(crate) type State = Shared<Locked<Declared>>;

/// Operations of all statements together; a standard of a hundred rules takes about 3 000.
const MOST_OPERATIONS: u64 = 300_000;
/// Declarations in all.
const MOST_DECLARATIONS: usize = 10_000;
/// Bytes of all that is handed to declarations; a standard of a hundred rules hands over about 200 KiB.
const MOST_BYTES: usize = 16 << 20;

/// An engine whose calls write to the state.
pub(crate) fn engine(state: &State) -> Engine {
    let mut engine = Engine::new_raw();
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    // The optimiser erases conditions and with them their typing errors.
    engine.set_optimization_level(OptimizationLevel::None);
    // A rule with a hundred cases is one chain; compiling runs on a thread with a stack for this depth.
    engine.set_max_expr_depths(400, 200);
    engine.set_max_operations(MOST_OPERATIONS);
    engine.set_max_call_levels(16);
    engine.set_max_string_size(16_384);
    engine.set_max_array_size(2_000);
    engine.set_max_map_size(500);
    engine.set_max_variables(1_000);
    engine.set_max_functions(1_000);
    engine.set_max_modules(0);
    engine.set_fail_on_invalid_map_property(true);
    engine.disable_symbol("eval");
    engine.on_print(|_| {});
    engine.on_debug(|_, _, _| {});
    // The engine's own count starts again with every statement.
    let operations = locked_write(state).map(|declared| Arc::clone(&declared.operations)).unwrap_or_default();
    engine.on_progress(move |_| {
        (operations.fetch_add(1, Ordering::Relaxed) >= MOST_OPERATIONS).then_some(Dynamic::UNIT)
    });
    engine.register_type_with_name::<Value>(OWN_VALUE);
    for (chinese, english) in UNITS {
        for name in [*chinese, *english] {
            unit(&mut engine, state, name);
        }
    }
    quantities(&mut engine);
    // Numbers in texts, and how many items there are: for tables of rules and tests.
    engine.register_fn("+", |text: ImmutableString, number: INT| format!("{text}{number}"));
    engine.register_fn("+", |text: ImmutableString, number: rhai::FLOAT| {
        format!("{text}{}", decimal_text(number))
    });
    // Lists of wordings put together.
    engine.register_fn("+", |mut first: Array, second: Array| {
        first.extend(second);
        first
    });
    engine.register_get("len", |items: &mut Array| items.len() as INT);
    engine.register_get("项数", |items: &mut Array| items.len() as INT);
    let mut done: Vec<(&str, usize)> = Vec::new();
    for callable in CALLABLES {
        let receiver = usize::from(callable.on.is_some());
        for name in [callable.chinese, callable.english] {
            for count in callable.least + receiver..=callable.most + receiver {
                if !done.contains(&(name, count)) {
                    done.push((name, count));
                    register(&mut engine, state, name, count);
                }
            }
        }
    }
    engine
}

/// A value, or Rhai's error.
type Calculated = Result<Value, Box<EvalAltResult>>;
/// How two values compare in their unit.
type Holds = fn(i64, i64) -> bool;

/// Arithmetic and comparison of amounts, dates and spans while declaring. What does not fit together stays
/// unknown to Rhai, whose message is then told in Chinese.
fn quantities(engine: &mut Engine) {
    let wrong = || EvalAltResult::ErrorArithmetic(String::new(), rhai::Position::NONE).into();
    for (sign, operation) in [("+", Operation::Add), ("-", Operation::Subtract)] {
        engine.register_fn(sign, move |a: Value, b: Value| -> Calculated {
            calculate(operation, &a, &b).ok_or_else(wrong)
        });
    }
    engine.register_fn("*", move |a: Value, b: INT| -> Calculated {
        calculate(Operation::Multiply, &a, &Value::Int(b)).ok_or_else(wrong)
    });
    engine.register_fn("*", move |a: INT, b: Value| -> Calculated {
        calculate(Operation::Multiply, &b, &Value::Int(a)).ok_or_else(wrong)
    });
    let comparisons: [(&str, Holds); 6] = [
        ("==", |a, b| a == b),
        ("!=", |a, b| a != b),
        ("<", |a, b| a < b),
        ("<=", |a, b| a <= b),
        (">", |a, b| a > b),
        (">=", |a, b| a >= b),
    ];
    for (sign, holds) in comparisons {
        engine.register_fn(sign, move |a: Value, b: Value| -> Result<bool, Box<EvalAltResult>> {
            compared(&a, &b).map(|(a, b)| holds(a, b)).ok_or_else(wrong)
        });
    }
}

fn unit(engine: &mut Engine, state: &State, name: &'static str) {
    let convert = |state: &State, context: &NativeCallContext, number: Value| match quantity(&number, name) {
        Ok(constant) => Value::Quantity(constant),
        Err(message) => {
            if let Some(mut declared) = locked_write(state) {
                let mark = Mark::word(place(context.call_position()), name);
                declared.findings.error(
                    codes::MALFORMED,
                    mark,
                    message,
                    Some("核对数字，小数最多两位".to_owned()),
                );
            }
            Value::Poison
        }
    };
    let (first, second) = (state.clone(), state.clone());
    engine.register_get(name, move |context: NativeCallContext, number: &mut INT| {
        convert(&first, &context, Value::Int(*number))
    });
    engine.register_get(name, move |context: NativeCallContext, number: &mut rhai::FLOAT| {
        convert(&second, &context, Value::Decimal(decimal_text(*number)))
    });
    let third = state.clone();
    engine.register_get(name, move |context: NativeCallContext, value: &mut Value| match value {
        Value::Poison => Value::Poison,
        Value::Int(_) | Value::Decimal(_) => convert(&third, &context, value.clone()),
        other => {
            if let Some(mut declared) = locked_write(&third) {
                let mark = Mark::word(place(context.call_position()), name);
                let message = format!("“{name}”是单位，前面要写数字，这里是{}", other.kind());
                declared.findings.error(
                    codes::TYPE,
                    mark,
                    message,
                    Some(format!("写成 3.{name} 的样子，或删去“.{name}”")),
                );
            }
            Value::Poison
        }
    });
}

fn register(engine: &mut Engine, state: &State, name: &'static str, count: usize) {
    let state = state.clone();
    let types = vec![TypeId::of::<Dynamic>(); count];
    engine.register_raw_fn(name, types, move |context, args: &mut [&mut Dynamic]| {
        let at = Mark::word(place(context.call_position()), name);
        let Some(mut declared) = locked_write(&state) else { return Ok(Dynamic::UNIT) };
        declared.count += 1;
        if declared.count > MOST_DECLARATIONS {
            return Err(EvalAltResult::ErrorTooManyOperations(context.call_position()).into());
        }
        let receiver = args.first().and_then(|first| first.read_lock::<Value>().map(|v| v.clone()));
        let sources = declared.args_at.get(&at.place).cloned().unwrap_or_default();
        let is_method =
            matches!(receiver, Some(Value::Handle(..) | Value::Poison)) && sources.len() + 1 == args.len();
        let own = if is_method { args.get(1..).unwrap_or_default() } else { &*args };
        let given: Vec<Arg> =
            own.iter().enumerate().map(|(i, value)| arg(value, sources.get(i), at)).collect();
        declared.bytes += given.iter().map(|arg| weight(&arg.value)).sum::<usize>();
        if declared.bytes > MOST_BYTES {
            return Err(EvalAltResult::ErrorDataTooLarge(String::new(), context.call_position()).into());
        }
        let value = match receiver {
            Some(Value::Handle(kind, index)) if is_method => {
                calls::method(&mut declared, kind, index, name, at, given)
            }
            Some(Value::Poison) if is_method => Value::Poison,
            _ => calls::function(&mut declared, name, at, given),
        };
        Ok(value.into_dynamic())
    });
}

/// Makes a call that was reported as unknown do nothing: a method returns what it was called on.
pub(crate) fn swallow(engine: &mut Engine, state: &State, name: &str, count: usize) {
    let types = vec![TypeId::of::<Dynamic>(); count];
    let state = state.clone();
    engine.register_raw_fn(name, types, move |_, args: &mut [&mut Dynamic]| {
        let first = args.first().and_then(|first| first.read_lock::<Value>().map(|v| v.clone()));
        let value = match first {
            Some(Value::Handle(kind, index)) => {
                if let Some(mut declared) = locked_write(&state) {
                    declared.spoiled.push((kind, index));
                }
                Value::Handle(kind, index)
            }
            _ => Value::Poison,
        };
        Ok(value.into_dynamic())
    });
}
