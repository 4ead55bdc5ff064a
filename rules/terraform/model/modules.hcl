# What directories of modules are, as far as their paths tell.

# It shows or tests something, and nobody runs it.
define "is_sample" {
  is = can(regex("(^|/)(examples?|tests?|testdata)(/|$)|/fixtures(/|$)", self.path))
}
