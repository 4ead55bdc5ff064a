# Terragrunt: put the block into the `terraform` block of a file that every unit includes. A plan that takes away what keeps the system
# alive then stops before anybody applies it.
terraform {
  after_hook "buttress" {
    commands = ["plan"]
    execute  = ["buttress", "check", get_terragrunt_dir()]
  }
}
