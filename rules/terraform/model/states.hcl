# Where root modules have their states: which settings of a backend tell one state from another. A `terraform_remote_state` with the same ones
# reads the outputs of that root module.

state "s3" {
  by = ["bucket", "key"]
}

state "gcs" {
  by       = ["bucket", "prefix"]
  defaults = ["prefix="]
}

state "azurerm" {
  by = ["storage_account_name", "container_name", "key"]
}

state "oci" {
  by = ["namespace", "bucket", "key"]
}

state "oss" {
  by       = ["bucket", "prefix", "key"]
  defaults = ["prefix=env:", "key=terraform.tfstate"]
}

state "cos" {
  by       = ["bucket", "prefix", "key"]
  defaults = ["prefix=", "key=terraform.tfstate"]
}

state "http" {
  by = ["address"]
}

state "consul" {
  by       = ["address", "path"]
  defaults = ["address="]
}

state "kubernetes" {
  by       = ["namespace", "secret_suffix"]
  defaults = ["namespace=default"]
}

state "pg" {
  by       = ["conn_str", "schema_name"]
  defaults = ["conn_str=", "schema_name=terraform_remote_state"]
}

state "local" {
  by       = ["path"]
  defaults = ["path=terraform.tfstate"]
  is_path  = true
}

state "remote" {
  by       = ["hostname", "organization", "workspaces.name"]
  defaults = ["hostname=app.terraform.io"]
}

state "cloud" {
  is       = "remote"
  by       = ["hostname", "organization", "workspaces.name"]
  defaults = ["hostname=app.terraform.io"]
}

# The same by the provider of HCP Terraform: all outputs are secret in one attribute, and those that are not stand in another one.
outputs "tfe_outputs" {
  state  = "remote"
  by     = ["organization", "workspaces.name=workspace"]
  gives  = ["nonsensitive_values"]
  secret = ["values"]
}
