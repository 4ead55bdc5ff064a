rule "entry-misses-target" {
  summary     = "Entry cannot keep what is declared of it"
  principle   = "redundancy"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    An `intent` block of the config says what an entry has to withstand: how many zones it stands in, how long it may be gone, how much data may be
    lost. Each target is compared with what the graph does when a zone or a part is lost, and with the times that AWS publishes for failovers
    and backups. A target that cannot be kept is a promise to somebody that will be broken on the day it matters.
  MD
  fix         = "Change what decides, or declare what the entry can keep."
  notice      = "A game day takes longer, or loses more, than what was promised."
  prove       = "Lose what the finding names, and measure the time until the entry answers and the age of the newest data."
  references = [
    "AWS Well-Architected REL11-BP07",
    "AWS Well-Architected REL13-BP01",
    "AWS Well-Architected REL13-BP02",
  ]

  locals {
    missed = missed_targets(self)
  }

  for_each = intended()
  when     = length(local.missed) > 0
  message = "`${self}` cannot keep ${join("; nor ", [
    for m in local.missed : "`${m.target}`: without `${join("` and `", m.lost)}`, ${m.reason}"
  ])}"

  # Who accepts that one target is missed accepts no other.
  identity = [for m in local.missed : m.target]

  path = local.missed[0].path

  label "this decides" {
    at = distinct([for m in local.missed : m.decides if m.decides != null])
  }

  # The smallest changes that help are shown where they are to be made.
  shows_edit = true

  fails "two zones are declared, and the database stands in one" {
    intends = { "aws_lambda_function_url.api" = { zones = 2 } }

    resource "aws_db_instance" "orders" {
      engine            = "postgres"
      availability_zone = "eu-west-1a"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  fails "a failover takes longer than half a minute" {
    intends = { "aws_lambda_function_url.api" = { rto = 30 } }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = true
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  fails "no data may be lost, and there is neither a standby nor a backup" {
    intends = { "aws_lambda_function_url.api" = { rpo = 0 } }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 0
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  fails "two targets are missed, each for a reason of its own" {
    intends = { "aws_lambda_function_url.api" = { zones = 2, rpo = 0 } }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      multi_az                = true
      backup_retention_period = 0
    }

    resource "aws_db_instance" "prices" {
      engine            = "postgres"
      availability_zone = "eu-west-1a"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          DB_HOST    = aws_db_instance.orders.address
          PRICE_HOST = aws_db_instance.prices.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  passes "a standby keeps two zones, five minutes and all data" {
    intends = { "aws_lambda_function_url.api" = { zones = 2, rto = 300, rpo = 0 } }

    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = true
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }

  passes "nothing is declared" {
    resource "aws_lambda_function_url" "api" {
      function_name      = "api"
      authorization_type = "NONE"
    }
  }

  unknown "backups lose up to five minutes, and one minute is declared" {
    intends = { "aws_lambda_function_url.api" = { rpo = 60 } }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 7
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          DB_HOST = aws_db_instance.orders.address
        }
      }
    }

    resource "aws_lambda_function_url" "api" {
      function_name      = aws_lambda_function.api.function_name
      authorization_type = "NONE"
    }
  }
}
