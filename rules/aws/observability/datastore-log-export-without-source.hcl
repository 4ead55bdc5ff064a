rule "datastore-log-export-without-source" {
  summary   = "Database exports a log that its parameters do not write"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    The export only carries what the engine writes, and the engine writes this log only when a parameter says so; the default
    parameter group does not. The log group stays empty, and that is noticed on the day when somebody needs it.
  MD
  fix       = "Switch the log on in a parameter group of your own: `slow_query_log = 1`, `general_log = 1` (MySQL, MariaDB), `profiler = enabled`, `audit_logs = enabled` (DocumentDB), `neptune_enable_slow_query_log = info`, `neptune_enable_audit_log = 1` (Neptune), or leave it out of the exports."
  notice    = "The log group of the export exists and stays empty: `IncomingLogEvents` is 0."
  prove     = "Run a statement that the log should hold in a test database, and search the group for it."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS RDS User Guide: Publishing MySQL logs to Amazon CloudWatch Logs",
    "AWS DocumentDB Developer Guide: Profiling operations",
    "AWS Neptune User Guide: Slow-query logging",
  ]

  locals {
    # A log that is exported, and the parameters any of which writes it.
    switches = (
      is(self, "aws_db_instance") ? (
        contains(["mysql", "mariadb"], default(self.engine, "")) ? {
          slowquery = ["slow_query_log", "log_slow_query"]
          general   = ["general_log"]
        } : {}
      ) :
      is(self, "aws_docdb_cluster") ? {
        profiler = ["profiler"]
        audit    = ["audit_logs"]
        } : {
        slowquery = ["neptune_enable_slow_query_log"]
        audit     = ["neptune_enable_audit_log"]
      }
    )
    exports = default(self.enabled_cloudwatch_logs_exports, self.enable_cloudwatch_logs_exports, [])
    group = default(
      self.parameter_group_name,
      self.db_cluster_parameter_group_name,
      self.neptune_cluster_parameter_group_name,
      "default."
    )
    groups = refs(local.group, "aws_db_parameter_group", "aws_docdb_cluster_parameter_group", "aws_neptune_cluster_parameter_group")
    written = [
      for p in flatten([for g in local.groups : default(g.parameter, [])]) : p.name
      if !contains(["0", "off", "disabled", "none"], lower(default(p.value, "0")))
    ]
    # The groups of others are not asked.
    known  = length(local.groups) > 0 || local.group == "" || startswith(local.group, "default.")
    absent = [for e in local.exports : e if length(setintersection(lookup(local.switches, e, ["-"]), concat(local.written, ["-"]))) == 0]
  }

  for_each = resources("aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster")
  unless   = !local.known

  defect "RDS, DocumentDB" {
    when    = is(self, "aws_db_instance", "aws_docdb_cluster") && length(local.absent) > 0
    at      = "enabled_cloudwatch_logs_exports"
    message = "`${self}` exports its log `${join("`, `", local.absent)}`, which none of its parameters switches on: nothing arrives"
  }

  defect "Neptune" {
    when    = is(self, "aws_neptune_cluster") && length(local.absent) > 0
    at      = "enable_cloudwatch_logs_exports"
    message = "`${self}` exports its log `${join("`, `", local.absent)}`, which none of its parameters switches on: nothing arrives"
  }

  label "parameters that it runs with" {
    at = local.groups
  }

  fails "slow queries with the default parameters" {
    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "mysql"
      enabled_cloudwatch_logs_exports = ["error", "slowquery"]
    }
  }

  fails "parameters about other things" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "long_query_time"
        value = "2"
      }
    }

    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "mysql"
      parameter_group_name            = aws_db_parameter_group.orders.name
      enabled_cloudwatch_logs_exports = ["error", "slowquery"]
    }
  }

  fails "profiler of DocumentDB" {
    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier              = "profiles"
      enabled_cloudwatch_logs_exports = ["profiler"]
    }
  }

  fails "switched off on purpose" {
    resource "aws_neptune_cluster_parameter_group" "graph" {
      name   = "graph"
      family = "neptune1.3"

      parameter {
        name  = "neptune_enable_slow_query_log"
        value = "disabled"
      }
    }

    resource "aws_neptune_cluster" "graph" {
      cluster_identifier                   = "graph"
      neptune_cluster_parameter_group_name = aws_neptune_cluster_parameter_group.graph.name
      enable_cloudwatch_logs_exports       = ["slowquery"]
    }
  }

  passes "slow queries are written" {
    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      parameter {
        name  = "slow_query_log"
        value = "1"
      }
    }

    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "mysql"
      parameter_group_name            = aws_db_parameter_group.orders.name
      enabled_cloudwatch_logs_exports = ["error", "slowquery"]
    }
  }

  passes "errors are always written" {
    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "mysql"
      enabled_cloudwatch_logs_exports = ["error"]
    }
  }

  passes "PostgreSQL has one log" {
    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "postgres"
      enabled_cloudwatch_logs_exports = ["postgresql"]
    }
  }

  passes "parameters of elsewhere" {
    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "mysql"
      parameter_group_name            = "company-mysql80"
      enabled_cloudwatch_logs_exports = ["slowquery"]
    }
  }

  passes "profiler and audit of DocumentDB" {
    resource "aws_docdb_cluster_parameter_group" "profiles" {
      name   = "profiles"
      family = "docdb5.0"

      parameter {
        name  = "profiler"
        value = "enabled"
      }

      parameter {
        name  = "audit_logs"
        value = "ddl"
      }
    }

    resource "aws_docdb_cluster" "profiles" {
      cluster_identifier              = "profiles"
      db_cluster_parameter_group_name = aws_docdb_cluster_parameter_group.profiles.name
      enabled_cloudwatch_logs_exports = ["audit", "profiler"]
    }
  }

  unknown "parameters are given by the caller" {
    variable "parameters" { type = map(string) }

    resource "aws_db_parameter_group" "orders" {
      name   = "orders"
      family = "mysql8.0"

      dynamic "parameter" {
        for_each = var.parameters

        content {
          name  = parameter.key
          value = parameter.value
        }
      }
    }

    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "mysql"
      parameter_group_name            = aws_db_parameter_group.orders.name
      enabled_cloudwatch_logs_exports = ["slowquery"]
    }
  }

  unknown "the group is given by the caller" {
    variable "parameter_group" { type = string }

    resource "aws_db_instance" "orders" {
      identifier                      = "orders"
      engine                          = "mysql"
      parameter_group_name            = var.parameter_group
      enabled_cloudwatch_logs_exports = ["slowquery"]
    }
  }
}
