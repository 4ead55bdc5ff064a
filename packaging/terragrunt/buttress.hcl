# Terragrunt: put the hook into the `terraform` block of a file that every unit includes. After each `terragrunt plan` the configuration of
# that unit is checked, and the command fails if a finding is an error. `buttress check` on the whole repository knows more: how units
# connect.
terraform {
  after_hook "buttress" {
    commands = ["plan"]
    execute  = ["buttress", "check", get_terragrunt_dir()]
  }
}
