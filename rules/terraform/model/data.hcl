# Providers that are no more, and their data sources that still stand in configurations.
data "template_file" {
  answers = {
    id       = sha256(templatestring(self.template, { for name, value in coalesce(self.vars, {}) : name => as_text(value) }))
    rendered = templatestring(self.template, { for name, value in coalesce(self.vars, {}) : name => as_text(value) })
  }
}

data "null_data_source" {
  answers = {
    id      = "static"
    outputs = { for name, value in coalesce(self.inputs, {}) : name => as_text(value) }
  }
}
