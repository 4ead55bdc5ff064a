rule "backup-coverage-removed" {
  summary   = "Backup plan does not cover a store any more"
  principle = "change"
  severity  = "warning"
  needs     = "plan"
  since     = "2027.1"
  why       = <<-MD
    No new backups of the store reach the vault, and the ones that are there expire one by one. Nothing fails, until somebody wants to
    restore.
  MD
  fix       = "Select the store again, by its ARN or by a tag that it carries."
  notice    = "AWS Backup's `NumberOfRecoveryPointsCreated` falls after the apply."
  prove     = "List the protected resources of the plan, and restore the store from a recovery point made after the change."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Config rds-resources-protected-by-backup-plan",
  ]

  locals {
    was  = before(self)
    gone = action(self) == "delete"
    asks = local.gone || changed(self, "resources") || changed(self, "selection_tag")

    # Stores that stay, and that no selection names now.
    staying   = local.asks ? [for s in linked(local.was, "covers") : after(s) if after(s) != null] : []
    uncovered = [for s in local.staying : s if !in_backup_plan(s)]

    # Patterns and tags that no selection has now.
    selections = resources("aws_backup_selection")
    texts = local.asks ? concat(
      [for r in default(local.was.resources, []) : r if length(refs(r)) == 0],
      [for t in default(local.was.selection_tag, []) : "${t.key} = ${t.value}"],
    ) : []
    texts_now = flatten([
      for s in local.selections : [
        [for r in default(s.resources, []) : r if length(refs(r)) == 0],
        [for t in default(s.selection_tag, []) : "${t.key} = ${t.value}"],
      ]
    ])
    lost = [for t in local.texts : t if t != null && !contains(local.texts_now, t)]
  }

  for_each = concat(resources("aws_backup_selection"), destroyed("aws_backup_selection"))

  defect "a store that no plan covers" {
    when    = length(local.uncovered) > 0
    at      = "resources"
    message = "no backup plan covers `${local.uncovered[0]}` after this plan: `${self}` did"

    label "is not backed up any more" {
      at = local.uncovered
    }
  }

  defect "a pattern that nothing selects by" {
    when    = length(local.lost) > 0
    at      = "resources"
    message = "no backup plan covers what `${self}` selected by `${local.lost[0]}`"
  }

  fails "the selection goes, the table stays" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name = "carts"
      }

      resource "aws_backup_selection" "tables" {
        name      = "tables"
        plan_id   = "daily"
        resources = [aws_dynamodb_table.carts.arn]
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name = "carts"
    }
  }

  fails "one of two stores is not selected any more" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name = "carts"
      }

      resource "aws_dynamodb_table" "orders" {
        name = "orders"
      }

      resource "aws_backup_selection" "tables" {
        name      = "tables"
        plan_id   = "daily"
        resources = [aws_dynamodb_table.carts.arn, aws_dynamodb_table.orders.arn]
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name = "carts"
    }

    resource "aws_dynamodb_table" "orders" {
      name = "orders"
    }

    resource "aws_backup_selection" "tables" {
      name      = "tables"
      plan_id   = "daily"
      resources = [aws_dynamodb_table.orders.arn]
    }
  }

  fails "a selection by a tag goes" {
    before {
      resource "aws_backup_selection" "tagged" {
        name    = "tagged"
        plan_id = "daily"

        selection_tag {
          type  = "STRINGEQUALS"
          key   = "backup"
          value = "daily"
        }
      }
    }
  }

  passes "another selection takes over" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name = "carts"
      }

      resource "aws_backup_selection" "tables" {
        name      = "tables"
        plan_id   = "daily"
        resources = [aws_dynamodb_table.carts.arn]
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name = "carts"
    }

    resource "aws_backup_selection" "stores" {
      name      = "stores"
      plan_id   = "daily"
      resources = [aws_dynamodb_table.carts.arn]
    }
  }

  passes "the store goes too" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name = "carts"
      }

      resource "aws_backup_selection" "tables" {
        name      = "tables"
        plan_id   = "daily"
        resources = [aws_dynamodb_table.carts.arn]
      }
    }
  }

  passes "a selection by a tag gets another name" {
    before {
      resource "aws_backup_selection" "tagged" {
        name    = "tagged"
        plan_id = "daily"

        selection_tag {
          type  = "STRINGEQUALS"
          key   = "backup"
          value = "daily"
        }
      }
    }

    resource "aws_backup_selection" "daily" {
      name    = "daily"
      plan_id = "daily"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  unknown "what the other selection covers is not known" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name = "carts"
      }

      resource "aws_backup_selection" "tables" {
        name      = "tables"
        plan_id   = "daily"
        resources = [aws_dynamodb_table.carts.arn]
      }
    }

    variable "stores" { type = list(string) }

    resource "aws_dynamodb_table" "carts" {
      name = "carts"
    }

    resource "aws_backup_selection" "stores" {
      name      = "stores"
      plan_id   = "daily"
      resources = var.stores
    }
  }
}
