# What a call of terraform-aws-modules/lambda/aws stands for: a function, unless only a layer or a package is asked for.

module "terraform-aws-modules/lambda/aws" {
  versions = ">= 6.0, < 9.0"

  variable "create" { default = true }
  variable "create_function" { default = true }
  variable "create_layer" { default = false }
  variable "function_name" { default = "" }
  variable "runtime" { default = "" }
  variable "package_type" { default = "Zip" }
  variable "memory_size" { default = 128 }
  variable "timeout" { default = 3 }
  variable "publish" { default = false }
  variable "reserved_concurrent_executions" { default = -1 }
  variable "tracing_mode" { default = null }
  variable "dead_letter_target_arn" { default = null }
  variable "vpc_subnet_ids" { default = null }
  variable "vpc_security_group_ids" { default = null }
  variable "environment_variables" { default = {} }

  resource "aws_lambda_function" "this" {
    count                          = var.create && var.create_function && !var.create_layer ? 1 : 0
    function_name                  = var.function_name
    package_type                   = var.package_type
    runtime                        = var.package_type == "Zip" ? var.runtime : null
    memory_size                    = var.memory_size
    timeout                        = var.timeout
    publish                        = var.publish
    reserved_concurrent_executions = var.reserved_concurrent_executions

    dynamic "environment" {
      for_each = length(keys(var.environment_variables)) == 0 ? [] : [true]
      content {
        variables = var.environment_variables
      }
    }

    dynamic "dead_letter_config" {
      for_each = var.dead_letter_target_arn == null ? [] : [true]
      content {
        target_arn = var.dead_letter_target_arn
      }
    }

    dynamic "tracing_config" {
      for_each = var.tracing_mode == null ? [] : [true]
      content {
        mode = var.tracing_mode
      }
    }

    dynamic "vpc_config" {
      for_each = var.vpc_subnet_ids != null && var.vpc_security_group_ids != null ? [true] : []
      content {
        subnet_ids         = var.vpc_subnet_ids
        security_group_ids = var.vpc_security_group_ids
      }
    }
  }

  output "lambda_function_arn" { value = try(aws_lambda_function.this[0].arn, "") }
  output "lambda_function_name" { value = try(aws_lambda_function.this[0].function_name, "") }
  output "lambda_function_invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, "") }
  output "lambda_function_qualified_arn" { value = try(aws_lambda_function.this[0].qualified_arn, "") }
}
