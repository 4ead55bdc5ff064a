rule "ec2-recovery-disabled" {
  summary    = "Machine is not moved when its host fails"
  principle  = "compute-model"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    EC2 moves a machine to another host by itself when the hardware fails. With that switched off it stays down until somebody stops and starts it.
  MD
  fix        = "Leave out `maintenance_options`, or set `auto_recovery = \"default\"`."
  notice     = "`StatusCheckFailed_System` is 1 and the machine stays as it is."
  prove      = "A host cannot be failed on request: stop the machine with `aws:ec2:stop-instances`, and time how long people take to bring it back."
  references = ["AWS Well-Architected REL11-BP03", "AWS Well-Architected REL10-BP02", "Amazon EC2 User Guide: Automatic instance recovery"]

  for_each = resources("aws_instance")
  when     = self.maintenance_options[0].auto_recovery == "disabled"
  at       = "maintenance_options.auto_recovery"
  message  = "`${self}` stays down when its host fails"

  edit "maintenance_options.auto_recovery" {
    to = "default"
  }

  fails "switched off" {
    resource "aws_instance" "licence" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m7g.large"

      maintenance_options {
        auto_recovery = "disabled"
      }
    }
  }

  passes "default" {
    resource "aws_instance" "licence" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m7g.large"
    }
  }

  passes "written as it is by default" {
    resource "aws_instance" "licence" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m7g.large"

      maintenance_options {
        auto_recovery = "default"
      }
    }
  }

  unknown "given by the caller" {
    variable "recovery" { type = string }

    resource "aws_instance" "licence" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m7g.large"

      maintenance_options {
        auto_recovery = var.recovery
      }
    }
  }
}
