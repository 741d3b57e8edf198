//! Findings that are known and accepted.

use super::Code;

/// A kind of finding, or what it says of one object or role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exception {
    /// Which kind.
    pub code: Code,
    /// Only of this: a role by its name, an object as `pg_identify_object()` spells it.
    pub name: Option<String>,
}

impl Exception {
    /// From `CODE` or `CODE:NAME`.
    ///
    /// # Errors
    /// No finding has that code.
    pub fn parse(text: &str) -> Result<Exception, String> {
        let (code, name) = match text.split_once(':') {
            Some((code, name)) => (code.trim(), Some(name.trim().to_owned())),
            None => (text.trim(), None),
        };
        match (Code::from_text(code), name) {
            (None, _) => Err(format!("no finding has the code \"{code}\"")),
            (Some(_), Some(name)) if name.is_empty() => Err(format!("a name is missing after \"{code}:\"")),
            (Some(code), name) => Ok(Exception { code, name }),
        }
    }

    /// A file of them: one a line; what follows `#` at the start of a line or after a space is a comment.
    ///
    /// # Errors
    /// The number of the line that is none, and why.
    pub fn parse_file(text: &str) -> Result<Vec<Exception>, (usize, String)> {
        let mut all = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.split_once(" #").map_or(line, |(before, _)| before).trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            all.push(Exception::parse(line).map_err(|why| (number + 1, why))?);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_codes_names_and_comments() {
        let file =
            "# known\n\npublic-create:public # since 2012\n  md5-password\nlogin-superuser:odd name:x\n";
        let all = Exception::parse_file(file).unwrap();
        let names: Vec<_> = all.iter().map(|e| (e.code.text(), e.name.as_deref())).collect();
        let expected = [
            ("public-create", Some("public")),
            ("md5-password", None),
            ("login-superuser", Some("odd name:x")),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn what_is_no_code_is_told_with_its_line() {
        assert_eq!(Exception::parse_file("md5-password\nmd5").unwrap_err().0, 2);
        assert!(Exception::parse("public-create:").is_err());
    }
}
