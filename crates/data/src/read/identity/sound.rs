//! Names that sound alike: people type them by sound, and the wrong character is picked (家俱 for 家具).

use hashbrown::HashTable;
use pinyin::ToPinyin as _;
use sanse::Texts;

use super::{Identities, Register, Who, hash, table};
use crate::read::name::{core_of, name_form};

impl Identities {
    /// Every name under the sounds of its two forms.
    fn sounds(&self, texts: &Texts) -> HashTable<u32> {
        let count = self.known.len() + self.former.len();
        let mut sounds = table(count * 2);
        for name in 0..count as u32 {
            for form in self.both_forms(self.name_of(texts, name)) {
                sounds.insert_unique(hash(&sound_of(&form)), name, |_| 0);
            }
        }
        sounds
    }

    /// The form of a name and its core.
    fn both_forms(&self, name: &str) -> [String; 2] {
        let form = name_form(name);
        let core = core_of(&form, &self.places);
        [form, core]
    }
}

impl Register<'_> {
    /// The enterprises whose names sound as one that has no code and is not in the register, and are nearly the same.
    pub(super) fn sounding(&self, name: &str) -> Who {
        let sounds = self.all.by_sound.get_or_init(|| self.all.sounds(self.texts));
        let mut found: Vec<(u32, String)> = Vec::new();
        for form in self.all.both_forms(name) {
            for candidate in sounds.iter_hash(hash(&sound_of(&form))) {
                let others = self.all.both_forms(self.all.name_of(self.texts, *candidate));
                let wrong = others.iter().find_map(|other| mistyped(&form, other));
                found.extend(wrong.map(|wrong| (self.all.bearer(*candidate), wrong)));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(enterprise, _)| *enterprise);
        let Some((first, wrong)) = found.first() else { return Who::Outside };
        let message = format!(
            "没有代码，名称与名录内“{}”读音相同，只有“{wrong}”写法不同，多半是错别字；请核对是否同一企业，并补填统一社会信用代码",
            self.name(*first)
        );
        Who::Nearly(found.into_iter().map(|(enterprise, _)| enterprise).collect(), "D405", message)
    }
}

/// How the form of a name sounds: the syllable of each character, tones aside. People type names by sound and pick a
/// wrong character (家俱 for 家具).
fn sound_of(form: &str) -> String {
    let mut sound = String::with_capacity(form.len() * 2);
    for c in form.chars() {
        match c.to_pinyin() {
            Some(syllable) => sound.push_str(syllable.plain()),
            None => sound.push(c),
        }
        // xian is not xi an.
        sound.push(' ');
    }
    sound
}

/// A name with fewer characters sounds like too many others.
const LEAST_SOUNDING: usize = 4;
/// More characters than these are no slip.
const MOST_MISTYPED: usize = 2;

/// The characters of a name that stand for others of another one, if the two sound the same and are nearly the same.
fn mistyped(form: &str, other: &str) -> Option<String> {
    if form.chars().count() < LEAST_SOUNDING || form == other || sound_of(form) != sound_of(other) {
        return None;
    }
    let wrong: String = form.chars().zip(other.chars()).filter(|(a, b)| a != b).map(|(a, _)| a).collect();
    (wrong.chars().count() <= MOST_MISTYPED).then_some(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_character_of_the_same_sound_is_a_slip() {
        for (form, other, wrong) in [
            ("丙林家俱", "丙林家具", Some("俱")),
            ("宏达陶磁", "鸿达陶瓷", Some("宏磁")),
            ("六安西安饭店", "六安先安饭店", None),
            ("第123号店", "第124号店", None),
            ("甲山家具", "乙山家具", None),
            ("丙林", "丙琳", None),
            ("丙林家具", "丙林家具", None),
            ("宏图利达", "鸿图莉大", None),
        ] {
            assert_eq!(mistyped(form, other).as_deref(), wrong, "{form} {other}");
        }
    }
}
