rule "lightsail-without-backups" {
  summary   = "Lightsail database has its backups switched off"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Without backups a faulty release or a wrong command cannot be undone, and the last snapshot that somebody made by hand may be months old.
  MD
  fix       = "Leave `backup_retention_enabled` out, or set it to `true`."
  notice    = "The database's settings say that backups are disabled."
  prove     = "Delete a row in a test database, and try to get it back."
  references = [
    "Terraform AWS provider: aws_lightsail_database (backup_retention_enabled)",
    "AWS Well-Architected REL09-BP03",
  ]

  for_each = resources("aws_lightsail_database")
  when     = self.backup_retention_enabled == false
  at       = "backup_retention_enabled"
  message  = "`${self}` keeps no backups: a faulty release or command cannot be undone"

  edit "backup_retention_enabled" {
    to = true
  }

  fails "switched off" {
    resource "aws_lightsail_database" "shop" {
      relational_database_name = "shop"
      master_database_name     = "shop"
      master_username          = "shop"
      master_password          = "from-a-secret"
      blueprint_id             = "mysql_8_0"
      bundle_id                = "micro_2_0"
      backup_retention_enabled = false
    }
  }

  passes "left out" {
    resource "aws_lightsail_database" "shop" {
      relational_database_name = "shop"
      master_database_name     = "shop"
      master_username          = "shop"
      master_password          = "from-a-secret"
      blueprint_id             = "mysql_8_0"
      bundle_id                = "micro_2_0"
    }
  }

  passes "switched on" {
    resource "aws_lightsail_database" "shop" {
      relational_database_name = "shop"
      master_database_name     = "shop"
      master_username          = "shop"
      master_password          = "from-a-secret"
      blueprint_id             = "mysql_8_0"
      bundle_id                = "micro_2_0"
      backup_retention_enabled = true
    }
  }

  unknown "decided by a variable without default" {
    variable "backups" { type = bool }

    resource "aws_lightsail_database" "shop" {
      relational_database_name = "shop"
      master_database_name     = "shop"
      master_username          = "shop"
      master_password          = "from-a-secret"
      blueprint_id             = "mysql_8_0"
      bundle_id                = "micro_2_0"
      backup_retention_enabled = var.backups
    }
  }
}
